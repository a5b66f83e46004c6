import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPutItem } from "../../../../../local-aws/iot-core/rules/put-item.ts";
import type { RoleKeys } from "../../../../../local-aws/iot-core/rules/role-keys.ts";

const keys = {
  accessKeyId: "ASIATESTTESTTESTTEST",
  secretAccessKey: "secret",
  sessionToken: "token",
  expiresAtMs: Number.MAX_SAFE_INTEGER,
};
const roles: RoleKeys = { keys: () => keys, authorize: () => undefined };

let server: Server;
let dynamodbEndpoint = "";
let answer: { status: number; body: string } = { status: 200, body: "{}" };
let heard: { headers: IncomingHttpHeaders; body: unknown } | undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      heard = { headers: request.headers, body: JSON.parse(text) };
      response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  dynamodbEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const put = (item: Parameters<ReturnType<typeof createPutItem>>[1]) =>
  createPutItem({ region: "eu-west-1", dynamodbEndpoint, roles, nowMs: () => Date.UTC(2026, 10, 23, 9) }, "role")("table", item);

describe("the item of a DynamoDBv2 action", () => {
  it("carries every kind of JSON as DynamoDB types it", async () => {
    await put({ s: "x", n: 1.5, b: false, nothing: null, list: [1, "a"], map: { deep: { n: -0.1 } } });
    expect(heard?.body).toEqual({
      TableName: "table",
      Item: {
        s: { S: "x" },
        n: { N: "1.5" },
        b: { BOOL: false },
        nothing: { NULL: true },
        list: { L: [{ N: "1" }, { S: "a" }] },
        map: { M: { deep: { M: { n: { N: "-0.1" } } } } },
      },
    });
    expect(heard?.headers).toMatchObject({
      "x-amz-target": "DynamoDB_20120810.PutItem",
      "x-amz-date": "20261123T090000Z",
      "x-amz-security-token": "token",
    });
    expect(heard?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=ASIATESTTESTTESTTEST\/20261123\/eu-west-1\/dynamodb\/aws4_request, /,
    );
  });

  it("fails with DynamoDB's own words", async () => {
    answer = { status: 400, body: '{"__type":"ValidationException"}' };
    await expect(put({})).rejects.toThrow('PutItem: 400 {"__type":"ValidationException"}');
  });
});
