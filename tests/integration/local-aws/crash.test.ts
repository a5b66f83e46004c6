import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { CreateThingCommand, DescribeThingCommand, IoTClient } from "@aws-sdk/client-iot";
import { GetThingShadowCommand, IoTDataPlaneClient, UpdateThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { startLocalAws, type RunningLocalAws } from "../../support/local-aws.ts";
import { signedUrl } from "../iot-core/support/broker-world.ts";
import { WireClient } from "../iot-core/support/wire-client.ts";
import { signInAs } from "./support/sign-in.ts";

/** Writes of each kind that are acknowledged before the process dies. */
const WRITES_MIN = 20;
const directory = mkdtempSync(join(tmpdir(), "thingdeck-crash-"));
const running: RunningLocalAws[] = [];
afterAll(async () => {
  for (const aws of running) await aws.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function start(): Promise<RunningLocalAws> {
  const aws = await startLocalAws({ dataDirectory: directory });
  running.push(aws);
  return aws;
}

function clientsOf({ info }: RunningLocalAws) {
  const shared = { region: info.region, credentials: { ...info.root }, maxAttempts: 1 };
  return {
    iot: new IoTClient({ ...shared, endpoint: info.endpoints.iot }),
    data: new IoTDataPlaneClient({ ...shared, endpoint: info.endpoints.iotData }),
    table: DynamoDBDocumentClient.from(new DynamoDBClient({ ...shared, endpoint: info.endpoints.dynamodb })),
  };
}

const SLEEPER = { clean: false, properties: { sessionExpiryInterval: 600 } };
const TOPIC = "crash/messages";
/** Fewer than a session queues. */
const MESSAGES_MAX = 300;

async function mqttOf({ info, control }: RunningLocalAws): Promise<WireClient> {
  await control("broker-rates", { areLifted: true });
  return WireClient.webSocket(signedUrl(new URL(info.mqtt.wss).host, info.root, new Date()));
}

/** A persistent session that waits offline, and a publisher whose promise is the broker's acknowledgement. */
async function publisherToSleeper(aws: RunningLocalAws): Promise<(count: number) => Promise<void>> {
  const sleeper = await mqttOf(aws);
  await sleeper.connect("sleeper", SLEEPER);
  await sleeper.subscribe({ topic: TOPIC, qos: 1 });
  sleeper.send({ cmd: "disconnect" });
  await sleeper.closed;
  const publisher = await mqttOf(aws);
  await publisher.connect("publisher");
  return async (count) => {
    if (count > MESSAGES_MAX) await publisher.closed;
    publisher.publish(TOPIC, String(count), { qos: 1, messageId: count });
    const { reasonCode = 0 } = (await publisher.next("puback")) as { reasonCode?: number };
    expect(reasonCode).toBe(0);
  };
}

/** What the session held, in the order of its delivery. */
async function receiveAsSleeper(aws: RunningLocalAws, count: number): Promise<string[]> {
  const sleeper = await mqttOf(aws);
  expect(await sleeper.connect("sleeper", SLEEPER)).toMatchObject({ sessionPresent: true });
  const received: string[] = [];
  while (received.length < count) {
    const { messageId = 0, payload } = (await sleeper.next("publish")) as { messageId?: number; payload: Buffer };
    received.push(payload.toString());
    sleeper.send({ cmd: "puback", messageId });
  }
  sleeper.close();
  return received;
}

/** Writes until the connection breaks; `acknowledged` is the last number that was, and `onCount` hears each. */
async function writeUntilCut(write: (count: number) => Promise<unknown>, onCount: (acknowledged: number) => void): Promise<number> {
  let acknowledged = 0;
  for (;;) {
    try {
      await write(acknowledged + 1);
      acknowledged += 1;
      onCount(acknowledged);
    } catch (error) {
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      // A quota's refusal is an answer; the same number is tried again.
      if (status === undefined) return acknowledged;
    }
  }
}

describe("kill -9 in the middle of writes", () => {
  it("loses no acknowledged shadow, item, thing, message or user, and the next start serves on the same addresses", async () => {
    const before = await start();
    const { iot, data, table } = clientsOf(before);
    await iot.send(new CreateThingCommand({ thingName: "crash-00" }));
    const shadow = (count: number) => Buffer.from(JSON.stringify({ state: { desired: { count } } }));
    const writers = [
      (count: number) => data.send(new UpdateThingShadowCommand({ thingName: "crash-00", payload: shadow(count) })),
      (count: number) => table.send(new PutCommand({ TableName: "thingdeck-audit", Item: { pk: "crash", sk: String(count) } })),
      (count: number) => iot.send(new CreateThingCommand({ thingName: `crash-${count}` })),
      await publisherToSleeper(before),
    ].map((write) => {
      let reached: () => void = () => undefined;
      const isUnderWay = new Promise<void>((resolve) => (reached = resolve));
      return { isUnderWay, written: writeUntilCut(write, (count) => (count === WRITES_MIN ? reached() : undefined)) };
    });
    await Promise.all(writers.map(({ isUnderWay }) => isUnderWay));
    await before.kill();
    const [shadows = 0, items = 0, things = 0, messages = 0] = await Promise.all(writers.map(({ written }) => written));

    const after = await start();
    expect(after.info).toEqual(before.info);
    const again = clientsOf(after);
    const { payload } = await again.data.send(new GetThingShadowCommand({ thingName: "crash-00" }));
    const found = JSON.parse(Buffer.from(payload ?? []).toString("utf8")) as { state: { desired: { count: number } } };
    expect(found.state.desired.count).toBeGreaterThanOrEqual(shadows);
    const last = await again.table.send(new GetCommand({ TableName: "thingdeck-audit", Key: { pk: "crash", sk: String(items) } }));
    expect(last.Item).toBeDefined();
    expect(await again.iot.send(new DescribeThingCommand({ thingName: `crash-${things}` }))).toMatchObject({
      thingName: `crash-${things}`,
    });
    const acknowledged = Array.from({ length: messages }, (_, index) => String(index + 1));
    expect(await receiveAsSleeper(after, messages)).toEqual(acknowledged);
    expect((await signInAs(after.info, "otto")).idToken).toMatch(/^eyJ/);
  });

  it("a second stand-in on the same folder is refused by name, and the first goes on", async () => {
    await expect(start()).rejects.toThrow(/in use by another local AWS \(process \d+\)/);
    const first = running.at(-1);
    expect(await first?.control("device-behaviors")).toEqual({});
  });

  it("SIGTERM ends it cleanly", async () => {
    const first = running.at(-1);
    expect(await first?.stop()).toBe(0);
  });

  it("a damaged store is refused and left as it is", async () => {
    writeFileSync(join(directory, "local-aws.sqlite"), "this is no database");
    await expect(start()).rejects.toThrow("damaged or not readable");
  });
});
