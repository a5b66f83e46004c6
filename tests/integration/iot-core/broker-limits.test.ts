import { performance } from "node:perf_hooks";
import { afterEach, describe, expect, it } from "vitest";
import type { BrokerLimits } from "../../../local-aws/iot-core/broker/limits.ts";
import { type BrokerWorld, startBrokerWorld } from "./support/broker-world.ts";
import { WireClient } from "./support/wire-client.ts";

let world: BrokerWorld;
let offsetMs = 0;
afterEach(async () => {
  offsetMs = 0;
  await world.close();
});

async function start(limits: Partial<BrokerLimits> = {}): Promise<void> {
  world = await startBrokerWorld({ limits, monotonicMs: () => performance.now() + offsetMs });
}

async function open(version: 4 | 5 = 5, clientId = "client"): Promise<WireClient> {
  const client = await WireClient.webSocket(world.url(), version);
  await client.connect(clientId);
  return client;
}

const deep = (slashes: number) => Array.from({ length: slashes + 1 }, () => "l").join("/");

describe("AWS IoT's quotas", () => {
  it("one CONNECT a second for a client identifier", async () => {
    await start();
    const first = await open();
    const second = await WireClient.webSocket(world.url());
    expect(await second.connect("client")).toMatchObject({ reasonCode: 0x97 });
    const third = await WireClient.webSocket(world.url(), 4);
    expect(await third.connect("client")).toMatchObject({ returnCode: 3 });
    expect(first.isClosed).toBe(false);
    offsetMs += 1000;
    const fourth = await WireClient.webSocket(world.url());
    expect(await fourth.connect("client")).toMatchObject({ reasonCode: 0 });
    fourth.close();
  });

  it("keep-alive: 1.5 times without a packet ends the connection with 0x8D", async () => {
    await start();
    const silent = await WireClient.webSocket(world.url());
    await silent.connect("silent", { keepalive: 10 });
    const alive = await open(5, "alive");
    offsetMs += 40_000;
    alive.send({ cmd: "pingreq" });
    await alive.next("pingresp");
    offsetMs += 5_001;
    expect(await silent.next("disconnect")).toMatchObject({ reasonCode: 0x8d });
    expect(alive.isClosed).toBe(false);
    alive.close();
  });

  it("24 hours for a WebSocket", async () => {
    await start();
    const client = await WireClient.webSocket(world.url());
    await client.connect("day", { keepalive: 1200 });
    offsetMs += 86_400_000;
    client.send({ cmd: "pingreq" });
    expect(await client.next("disconnect")).toMatchObject({ reasonCode: expect.any(Number) as unknown });
    await client.closed;
  });

  it("ten seconds for the first CONNECT", async () => {
    await start();
    const client = await WireClient.webSocket(world.url());
    offsetMs += 10_000;
    await client.closed;
  });

  it.each([4, 5] as const)("128 KB of payload (MQTT version %i)", async (version) => {
    await start();
    const client = await open(version);
    await client.subscribe({ topic: "big", qos: 0 });
    client.publish("big", Buffer.alloc(128 * 1024));
    expect(((await client.next("publish")) as { payload: Buffer }).payload.length).toBe(128 * 1024);
    client.publish("big", Buffer.alloc(128 * 1024 + 1));
    if (version === 5) expect(await client.next("disconnect")).toMatchObject({ reasonCode: 0x97 });
    await client.closed;
    expect(client.packets).toEqual([]);
  });

  it("146 KB of packet, refused before it has arrived", async () => {
    await start();
    const client = await open();
    client.raw(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]));
    expect(await client.next("disconnect")).toMatchObject({ reasonCode: 0x95 });
    await client.closed;
  });

  it("seven slashes and 256 bytes in topics and filters, prefixes not counted", async () => {
    await start();
    const client = await open();
    expect(
      await client.subscribe(deep(7), deep(8), `$share/group/${deep(7)}`, `$share/group/${deep(8)}`, "a".repeat(256), "a".repeat(257)),
    ).toEqual([0, 0x8f, 0, 0x8f, 0, 0x8f]);
    for (const [topic, reasonCode] of [
      [deep(7), 0],
      [deep(8), 0x90],
      [`$aws/rules/rule/${deep(7)}`, 0],
      [`$aws/rules/rule/${deep(8)}`, 0x90],
      ["a".repeat(257), 0x90],
    ] as const) {
      client.publish(topic, "x", { qos: 1 });
      expect(await client.next("puback")).toMatchObject({ reasonCode });
    }
    client.close();
  });

  it("eight filters in a SUBSCRIBE", async () => {
    await start();
    const filters = Array.from({ length: 9 }, (_, index) => `f/${index}`);
    const client = await open();
    expect(await client.subscribe(...filters.slice(0, 8))).toHaveLength(8);
    client.send({ cmd: "subscribe", messageId: 2, subscriptions: filters.map((topic) => ({ topic, qos: 0 })) });
    expect(await client.next("disconnect")).toMatchObject({ reasonCode: 0x97 });
  });

  it.each([
    [5, 0x97],
    [4, 0x80],
  ] as const)("50 subscriptions, the 51st refused in SUBACK (MQTT version %i)", async (version, code) => {
    await start();
    const client = await open(version);
    for (let index = 0; index < 50; index += 1) expect(await client.subscribe(`s/${index}`)).toEqual([0]);
    expect(await client.subscribe("s/50")).toEqual([code]);
    expect(await client.subscribe("s/0")).toEqual([0]);
    expect(world.broker.connection("client")?.subscriptions).toHaveLength(50);
    client.close();
  });

  it("100 publishes a second in and out, the excess discarded", async () => {
    await start();
    const subscriber = await open(5, "subscriber");
    await subscriber.subscribe("rate");
    const publisher = await open(5, "publisher");
    for (let index = 0; index < 150; index += 1) publisher.publish("rate", String(index));
    await publisher.deliveredSoFar();
    expect(await subscriber.deliveredSoFar()).toHaveLength(100);
    for (let index = 0; index < 150; index += 1) {
      world.broker.publish({ topic: "rate", payload: Buffer.from("x"), qos: 0, isRetained: false }, { caller: { kind: "service" } });
    }
    expect(await subscriber.deliveredSoFar()).toHaveLength(100);
    publisher.publish("rate", "late", { qos: 1 });
    expect(await publisher.next("puback")).toMatchObject({ reasonCode: 0x97 });
    offsetMs += 1000;
    publisher.publish("rate", "next second", { qos: 1 });
    expect(await publisher.next("puback")).toMatchObject({ reasonCode: 0 });
    expect(await subscriber.deliveredSoFar()).toContain("next second");
    publisher.close();
    subscriber.close();
  });

  it("512 KB a second, the excess delayed and not lost", async () => {
    await start({ bytesPerSecond: 200_000 });
    const subscriber = await open(5, "subscriber");
    await subscriber.subscribe("bytes");
    const startedAtMs = performance.now();
    for (let index = 0; index < 5; index += 1) {
      world.broker.publish({ topic: "bytes", payload: Buffer.alloc(100_000), qos: 0, isRetained: false }, { caller: { kind: "service" } });
    }
    for (let index = 0; index < 5; index += 1) await subscriber.next("publish");
    expect(performance.now() - startedAtMs).toBeLessThan(5000);
    world.broker.publish({ topic: "bytes", payload: Buffer.from("after"), qos: 0, isRetained: false }, { caller: { kind: "service" } });
    await subscriber.next("publish");
    expect(performance.now() - startedAtMs).toBeGreaterThan(1000);
    subscriber.close();
  });

  it("100 unacknowledged QoS 1 messages, or the client's Receive Maximum", async () => {
    await start({ publishesPerSecond: Infinity });
    const client = await WireClient.webSocket(world.url());
    await client.connect("slow", { properties: { receiveMaximum: 3 } });
    await client.subscribe({ topic: "window", qos: 1 });
    for (let index = 0; index < 5; index += 1) {
      world.broker.publish(
        { topic: "window", payload: Buffer.from(String(index)), qos: 1, isRetained: false },
        { caller: { kind: "service" } },
      );
    }
    expect(await client.deliveredSoFar()).toEqual(["0", "1", "2"]);
    const first = (await client.next("publish")) as { messageId?: number };
    client.send({ cmd: "puback", messageId: first.messageId ?? 0, reasonCode: 0 });
    expect(await client.deliveredSoFar()).toEqual(["1", "2", "3"]);
    client.close();
  });

  it("8 KB of user properties", async () => {
    await start();
    const client = await open();
    client.publish("props", "x", { properties: { userProperties: { a: "v".repeat(8192) } } });
    expect(await client.next("disconnect")).toMatchObject({ reasonCode: 0x97 });
  });

  it("one retained publish a second for a topic", async () => {
    await start();
    const client = await open();
    client.publish("kept", "1", { qos: 1, retain: true });
    expect(await client.next("puback")).toMatchObject({ reasonCode: 0 });
    client.publish("kept", "2", { qos: 1, retain: true });
    expect(await client.next("puback")).toMatchObject({ reasonCode: 0x97 });
    expect(world.broker.retained("kept")?.payload.toString()).toBe("1");
    client.close();
  });

  it("the client's Maximum Packet Size: larger messages are not sent", async () => {
    await start();
    const client = await WireClient.webSocket(world.url());
    await client.connect("small", { properties: { maximumPacketSize: 512 } });
    await client.subscribe({ topic: "size", qos: 1 });
    client.publish("size", "x".repeat(600), { qos: 1 });
    client.publish("size", "fits", { qos: 0 });
    await client.next("publish");
    expect(await client.deliveredSoFar()).toEqual([]);
    client.close();
  });
});
