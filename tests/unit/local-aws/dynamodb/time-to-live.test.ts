import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Engine, startEngine } from "../../../../local-aws/dynamodb/engine.ts";
import { sweepExpiredItems } from "../../../../local-aws/dynamodb/time-to-live.ts";
import { createTestContext } from "../iot-core/support/context.ts";

const TableName = "sessions";
const DAY_SECONDS = 86_400;

let directory: string;
let engine: Engine;
let world: ReturnType<typeof createTestContext>;

beforeEach(async () => {
  world = createTestContext();
  directory = mkdtempSync(join(tmpdir(), "thingdeck-ttl-"));
  engine = await startEngine(directory);
  await engine.call("CreateTable", {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await engine.close();
  rmSync(directory, { recursive: true, force: true });
  world.close();
});

test("items past their time are deleted; those to come, of no number and more than five years old are not", async () => {
  const nowSeconds = Math.floor(world.ctx.clock.nowMs() / 1000);
  const times = {
    past: { N: String(nowSeconds - 10) },
    later: { N: String(nowSeconds + DAY_SECONDS) },
    ancient: { N: String(nowSeconds - 6 * 365 * DAY_SECONDS) },
    text: { S: String(nowSeconds - 10) },
  };
  for (const [pk, ttl] of Object.entries(times)) await engine.call("PutItem", { TableName, Item: { pk: { S: pk }, ttl } });
  await engine.call("PutItem", { TableName, Item: { pk: { S: "forever" } } });
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const tables = world.ctx.store.table<{ attributeName: string }>("dynamodb-time-to-live");
  tables.put(TableName, { attributeName: "ttl" });
  const stop = sweepExpiredItems(engine, { tables, clock: world.ctx.clock, log: world.ctx.log });
  vi.advanceTimersByTime(20_000);
  await stop();
  const { Items } = await engine.call<{ Items: { pk: { S: string } }[] }>("Scan", { TableName });
  expect(Items.map(({ pk }) => pk.S).sort()).toEqual(["ancient", "forever", "later", "text"]);
});
