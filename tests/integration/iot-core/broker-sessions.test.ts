import { performance } from "node:perf_hooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AcceptedMessage } from "../../../local-aws/iot-core/broker/broker.ts";
import { type BrokerWorld, startBrokerWorld } from "./support/broker-world.ts";
import { WireClient } from "./support/wire-client.ts";

let world: BrokerWorld;
let offsetMs = 0;
let accepted: AcceptedMessage[] = [];

function observe(next: BrokerWorld): void {
  world = next;
  accepted = [];
  world.broker.onAccepted((message) => accepted.push(message));
}

beforeEach(async () => {
  offsetMs = 0;
  observe(await startBrokerWorld({ monotonicMs: () => performance.now() + offsetMs }));
});
afterEach(async () => {
  await world.close();
});

const PERSISTENT = { clean: false, properties: { sessionExpiryInterval: 600 } };

async function open(version: 4 | 5 = 5, clientId = "client", fields: object = {}): Promise<WireClient> {
  offsetMs += 1000;
  const client = await WireClient.webSocket(world.url(), version);
  await client.connect(clientId, fields);
  return client;
}

async function leave(client: WireClient): Promise<void> {
  client.send({ cmd: "disconnect" });
  await client.closed;
}

function say(topic: string, payload: string, qos: 0 | 1 = 1): void {
  world.broker.publish({ topic, payload: Buffer.from(payload), qos, isRetained: false }, { caller: { kind: "service" } });
}

function events(kind: string, clientId: string): Record<string, unknown>[] {
  return accepted
    .filter(({ topic }) => topic === `$aws/events/${kind}/${clientId}`)
    .map(({ payload }) => JSON.parse(payload.toString()) as Record<string, unknown>);
}

async function untilEvent(kind: string, clientId: string): Promise<Record<string, unknown>> {
  const known = events(kind, clientId).at(-1);
  if (known !== undefined) return known;
  await new Promise<void>((resolve) => {
    const undo = world.broker.onAccepted(({ topic }) => {
      if (topic !== `$aws/events/${kind}/${clientId}`) return;
      undo();
      resolve();
    });
  });
  return untilEvent(kind, clientId);
}

describe("a persistent session", () => {
  it.each([4, 5] as const)("keeps subscriptions and QoS 1 messages for its client, not QoS 0 ones (MQTT version %i)", async (version) => {
    const client = await open(version, "sleeper", PERSISTENT);
    await client.subscribe({ topic: "a/+", qos: 1 });
    await leave(client);
    say("a/1", "kept");
    say("a/2", "not kept", 0);
    const back = await WireClient.webSocket(world.url(), version);
    offsetMs += 1000;
    expect(await back.connect("sleeper", PERSISTENT)).toMatchObject({ sessionPresent: true });
    expect(await back.next("publish")).toMatchObject({ topic: "a/1", qos: 1, dup: false, payload: Buffer.from("kept") });
    say("a/3", "live", 0);
    expect(await back.next("publish")).toMatchObject({ topic: "a/3" });
    expect(await back.deliveredSoFar()).toEqual([]);
    back.close();
  });

  it("survives a restart of the process, with what waited and what was not acknowledged", async () => {
    const client = await open(5, "sleeper", PERSISTENT);
    await client.subscribe({ topic: "a", qos: 1 });
    say("a", "unacknowledged");
    await client.next("publish");
    await leave(client);
    say("a", "waiting");
    observe(await world.restart());
    const back = await WireClient.webSocket(world.url());
    expect(await back.connect("sleeper", PERSISTENT)).toMatchObject({ sessionPresent: true });
    const [first, second] = [await back.next("publish"), await back.next("publish")] as { messageId: number; payload: Buffer }[];
    expect([first?.payload.toString(), second?.payload.toString()]).toEqual(["unacknowledged", "waiting"]);
    for (const packet of [first, second]) back.send({ cmd: "puback", messageId: packet?.messageId ?? 0 });
    await back.deliveredSoFar();
    await leave(back);
    const again = await open(5, "sleeper", PERSISTENT);
    expect(await again.deliveredSoFar()).toEqual([]);
    again.close();
  });

  it("replays at most ten stored messages a second", async () => {
    const client = await open(5, "sleeper", PERSISTENT);
    await client.subscribe({ topic: "a", qos: 1 });
    await leave(client);
    for (let index = 0; index < 15; index += 1) say("a", String(index));
    const back = await open(5, "sleeper", PERSISTENT);
    expect(await back.deliveredSoFar()).toHaveLength(10);
    for (let index = 0; index < 15; index += 1) await back.next("publish");
    back.close();
  });

  it("ends with its expiry, with clean start, and when the other protocol version takes over", async () => {
    await leave(await open(5, "sleeper", PERSISTENT));
    world.clock.setOffsetMs(601_000);
    const late = await WireClient.webSocket(world.url());
    offsetMs += 1000;
    expect(await late.connect("sleeper", PERSISTENT)).toMatchObject({ sessionPresent: false });
    await leave(late);
    const three = await WireClient.webSocket(world.url(), 4);
    offsetMs += 1000;
    expect(await three.connect("sleeper", { clean: false })).toMatchObject({ sessionPresent: false });
    await leave(three);
    const clean = await WireClient.webSocket(world.url(), 4);
    offsetMs += 1000;
    expect(await clean.connect("sleeper", { clean: true })).toMatchObject({ sessionPresent: false });
    clean.close();
  });

  it("can be shortened by DISCONNECT, and not begun by it", async () => {
    const client = await open(5, "sleeper", PERSISTENT);
    client.send({ cmd: "disconnect", reasonCode: 0, properties: { sessionExpiryInterval: 0 } });
    await client.closed;
    const back = await WireClient.webSocket(world.url());
    offsetMs += 1000;
    expect(await back.connect("sleeper", { clean: false })).toMatchObject({ sessionPresent: false });
    back.send({ cmd: "disconnect", reasonCode: 0, properties: { sessionExpiryInterval: 60 } });
    expect(await back.next("disconnect")).toMatchObject({ reasonCode: 0x82 });
  });

  it("of a shared group keeps QoS 1 messages while nobody of the group is online", async () => {
    const client = await open(5, "member", PERSISTENT);
    await client.subscribe({ topic: "$share/g/work", qos: 1 });
    await leave(client);
    say("work", "waiting");
    const back = await open(5, "member", PERSISTENT);
    expect(await back.next("publish")).toMatchObject({ payload: Buffer.from("waiting") });
    back.close();
  });

  it("can be ended by DeleteConnection while its client is away", async () => {
    await leave(await open(5, "sleeper", PERSISTENT));
    expect(world.broker.disconnect("sleeper", { cleanSession: true, preventWillMessage: false })).toBe(true);
    expect(world.broker.disconnect("sleeper", { cleanSession: true, preventWillMessage: false })).toBe(false);
  });
});

const WILL = { will: { topic: "wills/client", payload: Buffer.from("gone"), qos: 1 as const, retain: false } };
const wills = () => accepted.filter(({ topic }) => topic === "wills/client").map(({ payload }) => payload.toString());

describe("a will", () => {
  it("is sent when the connection is lost, by a protocol error, a takeover, keep-alive or DeleteConnection", async () => {
    const endings: ((client: WireClient) => unknown)[] = [
      (client) => client.destroy(),
      (client) => client.raw(Buffer.from([0x00, 0x00])),
      () => open(5, "client"),
      () => (offsetMs += 100_000),
      () => world.broker.disconnect("client", { cleanSession: false, preventWillMessage: false }),
      (client) => client.send({ cmd: "disconnect", reasonCode: 4 }),
    ];
    for (const [index, end] of endings.entries()) {
      const client = await open(5, "client", WILL);
      await end(client);
      await client.closed;
      await untilEvent("presence/disconnected", "client");
      expect(wills(), `ending ${index}`).toHaveLength(index + 1);
      accepted = accepted.filter(({ topic }) => !topic.includes("/disconnected/"));
    }
  });

  it("is not sent when the client said goodbye, closed the WebSocket, or DeleteConnection prevents it", async () => {
    const endings: ((client: WireClient) => void)[] = [
      (client) => client.send({ cmd: "disconnect" }),
      (client) => client.close(),
      () => void world.broker.disconnect("client", { cleanSession: false, preventWillMessage: true }),
    ];
    for (const end of endings) {
      const client = await open(5, "client", WILL);
      end(client);
      await client.closed;
      await untilEvent("presence/disconnected", "client");
      accepted = accepted.filter(({ topic }) => !topic.includes("/disconnected/"));
    }
    expect(wills()).toEqual([]);
  });

  it("waits for its delay and is void when the client comes back to its session", async () => {
    const delayed = { will: { ...WILL.will, properties: { willDelayInterval: 1 } }, ...PERSISTENT };
    const client = await open(5, "client", delayed);
    client.destroy();
    await untilEvent("presence/disconnected", "client");
    const back = await open(5, "client", delayed);
    // Another client's will with the same delay, armed later, tells when the first one would have been due.
    const other = await open(5, "other", { will: { ...delayed.will, topic: "wills/other" }, ...PERSISTENT });
    other.destroy();
    await expect.poll(() => accepted.some(({ topic }) => topic === "wills/other"), { timeout: 5000 }).toBe(true);
    expect(wills()).toEqual([]);
    back.destroy();
    await expect.poll(wills, { timeout: 5000 }).toEqual(["gone"]);
  });
});

describe("lifecycle events", () => {
  it("tell connect, subscribe, unsubscribe and disconnect as AWS IoT does", async () => {
    const client = await open(5, "seen");
    await client.subscribe("a/b", "c/#");
    client.send({ cmd: "unsubscribe", messageId: 5, unsubscriptions: ["a/b"] });
    await client.next("unsuback");
    await leave(client);
    const [connected] = events("presence/connected", "seen");
    expect(connected).toEqual({
      clientId: "seen",
      timestamp: expect.any(Number) as unknown,
      eventType: "connected",
      sessionIdentifier: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      principalIdentifier: expect.stringMatching(/^AIDA/) as unknown,
      ipAddress: "127.0.0.1",
      versionNumber: 0,
    });
    const common = { sessionIdentifier: connected?.sessionIdentifier, principalIdentifier: connected?.principalIdentifier };
    expect(events("subscriptions/subscribed", "seen")).toMatchObject([{ ...common, eventType: "subscribed", topics: ["a/b", "c/#"] }]);
    expect(events("subscriptions/unsubscribed", "seen")).toMatchObject([{ ...common, eventType: "unsubscribed", topics: ["a/b"] }]);
    expect(events("presence/disconnected", "seen")).toEqual([
      {
        ...common,
        clientId: "seen",
        timestamp: expect.any(Number) as unknown,
        eventType: "disconnected",
        clientInitiatedDisconnect: true,
        disconnectReason: "CLIENT_INITIATED_DISCONNECT",
        versionNumber: 0,
      },
    ]);
    await open(5, "seen");
    expect(events("presence/connected", "seen").at(-1)).toMatchObject({ versionNumber: 1 });
  });

  it("name the reason of a disconnect", async () => {
    const reasons: [string, (client: WireClient) => unknown][] = [
      ["CONNECTION_LOST", (client) => client.destroy()],
      ["CLIENT_INITIATED_DISCONNECT", (client) => client.close()],
      ["CLIENT_ERROR", (client) => client.raw(Buffer.from([0x00, 0x00]))],
      ["MQTT_KEEP_ALIVE_TIMEOUT", () => (offsetMs += 100_000)],
      ["API_INITIATED_DISCONNECT", () => world.broker.disconnect("named", { cleanSession: false, preventWillMessage: false })],
      ["SERVER_INITIATED_DISCONNECT", () => world.broker.restart(0)],
    ];
    for (const [reason, end] of reasons) {
      accepted = [];
      const client = await open(5, "named");
      await end(client);
      expect(await untilEvent("presence/disconnected", "named")).toMatchObject({ disconnectReason: reason });
      await client.closed;
    }
    accepted = [];
    const older = await open(5, "named");
    await open(5, "named");
    await older.closed;
    expect(events("presence/disconnected", "named")).toMatchObject([{ disconnectReason: "DUPLICATE_CLIENTID", versionNumber: 6 }]);
    expect(events("presence/connected", "named").map(({ versionNumber }) => versionNumber)).toEqual([6, 7]);
  });

  it("are not sent for a client identifier with a wildcard", async () => {
    const client = await open(5, "a+b");
    await leave(client);
    expect(accepted).toEqual([]);
  });
});
