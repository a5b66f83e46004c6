import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ConditionalCheckFailedException, CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AlarmReport, Breach } from "../../../lib/alarms/alarm-event.ts";
import { alarmKey, FAULT } from "../../../lib/alarms/alarm-row.ts";
import { parseAlarmRow } from "../../../lib/alarms/parse-alarm-row.ts";
import { recordAlarms, type UpdateAlarm } from "../../../lib/alarms/raise-alarm.ts";

const TableName = "alarms";
let server: Server;
let documents: DynamoDBDocumentClient;
let writeCount = 0;
let thing = "";
let thingCount = 0;

beforeAll(async () => {
  server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    region: "eu-west-1",
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: "AKIATESTTESTTESTTEST", secretAccessKey: "x" },
  });
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" as const })),
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
    }),
  );
  documents = DynamoDBDocumentClient.from(client);
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

beforeEach(() => {
  thingCount += 1;
  thing = `pump-${thingCount}`;
  writeCount = 0;
});

const update: UpdateAlarm = async (input) => {
  writeCount += 1;
  try {
    await documents.send(new UpdateCommand({ TableName, ...input }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

const report = (atMs: number, over: Partial<AlarmReport>): AlarmReport => ({
  ...{ site: "harbor", thing, thingType: "pump", intervalMs: 2_000, atMs, breaches: [], fault: undefined },
  ...over,
});
const see = (atMs: number, value: number, severity: Breach["severity"] = "warning") =>
  recordAlarms(report(atMs, { breaches: [{ metric: "vibration", value, severity }] }), update);
const read = async (metric = "vibration") => {
  const { Item } = await documents.send(new GetCommand({ TableName, Key: alarmKey({ site: "harbor", thing, metric }) }));
  return Item && parseAlarmRow(Item);
};
const acknowledge = () =>
  documents.send(
    new UpdateCommand({
      TableName,
      Key: alarmKey({ site: "harbor", thing, metric: "vibration" }),
      UpdateExpression: "SET acknowledged = :by",
      ExpressionAttributeValues: { ":by": { by: { sub: "s", username: "u", name: "U" }, atMs: 1, note: "seen" } },
    }),
  );

describe("an alarm's row", () => {
  test("is raised once and goes on with one write a message", async () => {
    await see(100_000, 5);
    writeCount = 0;
    await see(102_000, 6);
    expect(writeCount).toBe(1);
    expect(await read()).toMatchObject({ raisedAtMs: 100_000, lastSeenMs: 102_000, value: 6, severity: "warning", peak: "warning" });
  });

  test("the same event twice changes nothing", async () => {
    await see(100_000, 5);
    const before = await read();
    await see(100_000, 5);
    expect(await read()).toEqual(before);
  });

  test("keeps its acknowledgement while it goes on, and loses it when it gets worse", async () => {
    await see(100_000, 5);
    await acknowledge();
    await see(102_000, 5);
    expect((await read())?.acknowledged?.note).toBe("seen");
    await see(104_000, 8, "critical");
    expect(await read()).toMatchObject({ raisedAtMs: 100_000, severity: "critical", peak: "critical" });
    expect((await read())?.acknowledged).toBeUndefined();
  });

  test("falls back to a warning without asking again, its worst remembered", async () => {
    await see(100_000, 8, "critical");
    await acknowledge();
    await see(102_000, 5);
    expect(await read()).toMatchObject({ severity: "warning", peak: "critical", acknowledged: { note: "seen" } });
  });

  test("is a new alarm after the value stayed within its limits", async () => {
    await see(100_000, 8, "critical");
    await acknowledge();
    await see(160_001, 5);
    expect(await read()).toMatchObject({ raisedAtMs: 160_001, peak: "warning" });
    expect((await read())?.acknowledged).toBeUndefined();
  });

  test("a message that arrives late moves nothing back", async () => {
    await see(100_000, 5);
    await see(104_000, 6);
    await see(102_000, 9, "critical");
    expect(await read()).toMatchObject({ lastSeenMs: 104_000, value: 6, peak: "warning" });
  });

  test("twenty messages at once raise it once", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => see(100_000 + i, 5 + i / 100, i % 2 === 0 ? "warning" : "critical")));
    const row = await read();
    expect(row).toMatchObject({ lastSeenMs: 100_019, peak: "critical" });
    expect(row?.raisedAtMs).toBeGreaterThanOrEqual(100_000);
  });

  test("a fault stands until the device takes it back, and is raised anew after", async () => {
    const say = (atMs: number, fault: string | null) => recordAlarms(report(atMs, { fault }), update);
    await say(100_000, null);
    expect(await read(FAULT)).toBeUndefined();
    await say(101_000, "bearing hot");
    await say(9_000_000, "bearing hot");
    expect(await read(FAULT)).toMatchObject({ raisedAtMs: 101_000, lastSeenMs: 9_000_000, words: "bearing hot", clearedAtMs: null });
    await say(9_001_000, null);
    expect(await read(FAULT)).toMatchObject({ clearedAtMs: 9_001_000 });
    await say(9_002_000, "leak");
    expect(await read(FAULT)).toMatchObject({ raisedAtMs: 9_002_000, words: "leak", clearedAtMs: null });
  });
});
