import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { DescribeThingCommand, IoTClient } from "@aws-sdk/client-iot";
import { describe, expect, test } from "vitest";
import { retryOnCorrectedClock } from "../../../../lib/platform/clock-correction.ts";

const HOUR_MS = 3_600_000;
const refusal = { __type: "InvalidSignatureException", message: "Signature not yet current" };

/** AWS whose clock is this machine's plus `skewMs`; a request signed by another hour is refused. */
function cloud(skewMs: number) {
  const signedAt: number[] = [];
  const handle = (request: { headers: Record<string, string> }) => {
    const [, y, mo, d, h, mi, s] = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(request.headers["x-amz-date"] ?? "") ?? [];
    const atMs = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
    signedAt.push(atMs);
    const nowMs = Date.now() + skewMs;
    const isRefused = Math.abs(atMs - nowMs) > 300_000;
    const headers = {
      date: new Date(nowMs).toUTCString(),
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-errortype": isRefused ? "InvalidSignatureException" : "",
    };
    const body = new TextEncoder().encode(JSON.stringify(isRefused ? refusal : {}));
    return Promise.resolve({ response: { statusCode: isRefused ? 403 : 200, headers, body } });
  };
  const settings = {
    region: "eu-west-1",
    endpoint: "http://127.0.0.1:9",
    credentials: { accessKeyId: "AKIAX", secretAccessKey: "s" },
    maxAttempts: 3,
    requestHandler: { handle, updateHttpClientConfig: () => undefined, httpHandlerConfigs: () => ({}) },
  };
  return { settings, signedAt };
}

describe("a server's clock that was put right, or wrong, by an hour", () => {
  test.each([
    [HOUR_MS, 0],
    [-HOUR_MS, 0],
    [0, HOUR_MS],
    [0, -HOUR_MS],
  ])("costs no call: believed %i ms ahead, now %i ms", async (systemClockOffset, skewMs) => {
    const { settings, signedAt } = cloud(skewMs);
    const dynamo = retryOnCorrectedClock(new DynamoDBClient({ ...settings, systemClockOffset }));
    await dynamo.send(new GetItemCommand({ TableName: "t", Key: { pk: { S: "a" } } }));
    const iot = retryOnCorrectedClock(new IoTClient({ ...settings, systemClockOffset }));
    await iot.send(new DescribeThingCommand({ thingName: "a" }));
    expect(signedAt).toHaveLength(4);
  });
});
