import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrokerWorld, startBrokerWorld } from "./support/broker-world.ts";
import { WireClient } from "./support/wire-client.ts";

let world: BrokerWorld;
beforeAll(async () => {
  world = await startBrokerWorld();
});
afterAll(async () => {
  await world.close();
});

let clientNumber = 0;
const freshId = () => `client-${(clientNumber += 1)}`;

async function open(version: 4 | 5 = 5, clientId = freshId()): Promise<WireClient> {
  const client = await WireClient.webSocket(world.url(), version);
  await client.connect(clientId);
  return client;
}

describe("CONNECT", () => {
  it("answers with what AWS IoT supports", async () => {
    const client = await WireClient.webSocket(world.url());
    expect(await client.connect(freshId(), { keepalive: 5, properties: { sessionExpiryInterval: 99_999 } })).toMatchObject({
      reasonCode: 0,
      sessionPresent: false,
      properties: {
        sessionExpiryInterval: 3600,
        serverKeepAlive: 30,
        receiveMaximum: 100,
        topicAliasMaximum: 8,
        maximumQoS: 1,
        retainAvailable: true,
        maximumPacketSize: 149_504,
        wildcardSubscriptionAvailable: true,
        subscriptionIdentifiersAvailable: false,
        sharedSubscriptionAvailable: true,
      },
    });
    client.close();
  });

  it("clamps keep-alive to 30..1200 seconds, 0 being 1200", async () => {
    for (const [asked, granted] of [
      [0, 1200],
      [1, 30],
      [60, 60],
      [65_535, 1200],
    ] as const) {
      const client = await WireClient.webSocket(world.url());
      expect(await client.connect(freshId(), { keepalive: asked })).toMatchObject({ properties: { serverKeepAlive: granted } });
      client.close();
    }
  });

  it("assigns a client identifier to a client that has none", async () => {
    const client = await WireClient.webSocket(world.url());
    expect(await client.connect("")).toMatchObject({
      properties: { assignedClientIdentifier: expect.stringMatching(/^\$GEN\//) as unknown },
    });
    client.close();
  });

  it.each([
    ["a reserved client identifier", { clientId: "$GEN/x" }, 0x85],
    ["a client identifier over 128 bytes", { clientId: "ä".repeat(65) }, 0x85],
    ["will QoS 2", { will: { topic: "w", payload: Buffer.from("x"), qos: 2, retain: false } }, 0x9b],
    ["a will topic with a wildcard", { will: { topic: "w/+", payload: Buffer.from("x"), qos: 0, retain: false } }, 0x90],
    ["a will that is retained on a reserved topic", { will: { topic: "$w", payload: Buffer.from("x"), qos: 0, retain: true } }, 0x90],
    ["enhanced authentication", { properties: { authenticationMethod: "SCRAM" } }, 0x87],
    ["a Maximum Packet Size below 512", { properties: { maximumPacketSize: 511 } }, 0x97],
  ] as const)("refuses %s", async (_what, fields, reasonCode) => {
    const client = await WireClient.webSocket(world.url());
    const { clientId = freshId(), ...rest } = fields as { clientId?: string };
    expect(await client.connect(clientId, rest)).toMatchObject({ reasonCode });
    await client.closed;
  });

  it("refuses MQTT 3.1 with return code 1 and an empty identifier without clean session with 2", async () => {
    const old = await WireClient.webSocket(world.url(), 4);
    expect(await old.connect("x", { protocolId: "MQIsdp", protocolVersion: 3 })).toMatchObject({ returnCode: 1 });
    await old.closed;
    const anonymous = await WireClient.webSocket(world.url(), 4);
    anonymous.raw(Buffer.from([0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0, 0, 60, 0, 0]));
    expect(await anonymous.next("connack")).toMatchObject({ returnCode: 2 });
    await anonymous.closed;
  });

  it("disconnects the older connection of the same client identifier with 0x8E", async () => {
    const clientId = freshId();
    const older = await open(5, clientId);
    world.broker.liftRates(true);
    const newer = await open(5, clientId);
    world.broker.liftRates(false);
    expect(await older.next("disconnect")).toMatchObject({ reasonCode: 0x8e });
    await older.closed;
    expect(newer.isClosed).toBe(false);
    newer.close();
  });
});

describe("PUBLISH", () => {
  it("passes between MQTT 5 and MQTT 3.1.1 at the lower QoS", async () => {
    const five = await open(5);
    const four = await open(4);
    expect(await four.subscribe({ topic: "cross/+", qos: 1 })).toEqual([1]);
    five.publish("cross/a", "hello", { qos: 1, properties: { contentType: "text/plain" } });
    expect(await five.next("puback")).toMatchObject({ reasonCode: 0 });
    expect(await four.next("publish")).toMatchObject({ topic: "cross/a", qos: 1, payload: Buffer.from("hello") });
    await five.subscribe({ topic: "cross/+", qos: 0 });
    four.publish("cross/b", "back", { qos: 1 });
    expect(await five.next("publish")).toMatchObject({ topic: "cross/b", qos: 0 });
    four.close();
    five.close();
  });

  it("hands on MQTT 5 properties, user properties in order and repeated", async () => {
    const client = await open();
    await client.subscribe("props");
    const properties = {
      payloadFormatIndicator: true,
      messageExpiryInterval: 100,
      contentType: "application/json",
      responseTopic: "answer/here",
      correlationData: Buffer.from([1, 2, 3]),
      userProperties: { a: ["1", "2"], b: "3" },
    };
    client.publish("props", "{}", { properties });
    const got = (await client.next("publish")) as unknown as { properties: Record<string, unknown> };
    expect(got.properties).toMatchObject({
      ...properties,
      messageExpiryInterval: expect.closeTo(99, -1) as unknown,
      userProperties: { a: ["1", "2"], b: "3" },
    });
    client.close();
  });

  it("accepts topic aliases up to 8 and refuses others", async () => {
    const client = await open();
    await client.subscribe("alias/topic");
    client.publish("alias/topic", "1", { properties: { topicAlias: 8 } });
    client.publish("", "2", { properties: { topicAlias: 8 } });
    expect(await client.next("publish")).toMatchObject({ payload: Buffer.from("1") });
    expect(await client.next("publish")).toMatchObject({ topic: "alias/topic", payload: Buffer.from("2") });
    client.publish("alias/topic", "3", { properties: { topicAlias: 9 } });
    expect(await client.next("disconnect")).toMatchObject({ reasonCode: 0x94 });
    await client.closed;
  });

  it("with QoS 2 disconnects MQTT 5 with 0x9B and is not answered in MQTT 3.1.1", async () => {
    const five = await open(5);
    five.publish("q", "x", { qos: 2 });
    expect(await five.next("disconnect")).toMatchObject({ reasonCode: 0x9b });
    const four = await open(4);
    four.publish("q", "x", { qos: 2 });
    expect(await four.deliveredSoFar()).toEqual([]);
    expect(four.packets).toEqual([]);
    four.close();
  });

  it("does not deliver an expired message and counts the expiry down", async () => {
    const sleeper = await WireClient.webSocket(world.url());
    const clientId = freshId();
    await sleeper.connect(clientId, { properties: { sessionExpiryInterval: 600 } });
    await sleeper.subscribe({ topic: "expiry", qos: 1 });
    sleeper.close();
    await sleeper.closed;
    const client = await open();
    client.publish("expiry", "short", { qos: 1, properties: { messageExpiryInterval: 10 } });
    client.publish("expiry", "long", { qos: 1, properties: { messageExpiryInterval: 100 } });
    await client.deliveredSoFar();
    world.clock.setOffsetMs(20_000);
    world.broker.liftRates(true);
    const back = await WireClient.webSocket(world.url());
    await back.connect(clientId, { clean: false, properties: { sessionExpiryInterval: 600 } });
    world.broker.liftRates(false);
    expect(await back.next("publish")).toMatchObject({ payload: Buffer.from("long"), properties: { messageExpiryInterval: 79 } });
    world.clock.setOffsetMs(0);
    client.close();
    back.close();
  });
});

describe("SUBSCRIBE", () => {
  it("does not match the parent with # and hides $ topics from leading wildcards", async () => {
    const client = await open();
    const reserved = "$aws/things/x/shadow/get";
    await client.subscribe("sensor/#", "+/things/x/shadow/get", "+/monitor");
    for (const topic of ["sensor", "sensor/", "sensor/a/b", reserved, "x/monitor"]) client.publish(topic, topic);
    expect(await client.deliveredSoFar()).toEqual(["sensor/", "sensor/a/b", "x/monitor"]);
    client.close();
  });

  it("lets nobody make topics of their own that begin with $", async () => {
    const client = await open();
    await client.subscribe("$SYS/monitor");
    client.publish("$SYS/monitor", "x", { qos: 1 });
    expect(await client.next("puback")).toMatchObject({ reasonCode: 0x87 });
    expect(await client.deliveredSoFar()).toEqual([]);
    client.close();
    const older = await open(4, "older");
    older.publish("$SYS/monitor", "x", { qos: 1 });
    await older.closed;
  });

  it("delivers once to overlapping filters, at the highest QoS", async () => {
    const client = await open();
    await client.subscribe({ topic: "over/#", qos: 0 }, { topic: "over/+", qos: 1 });
    client.publish("over/a", "x", { qos: 1 });
    expect(await client.next("publish")).toMatchObject({ qos: 1 });
    expect(await client.deliveredSoFar()).toEqual([]);
    client.close();
  });

  it("honours No Local", async () => {
    const [a, b] = [await open(), await open()];
    await a.subscribe({ topic: "local/+", qos: 0, nl: true });
    a.publish("local/a", "own");
    b.publish("local/a", "other");
    expect((await a.next("publish")) as unknown).toMatchObject({ payload: Buffer.from("other") });
    expect(await a.deliveredSoFar()).toEqual([]);
    a.close();
    b.close();
  });

  it("refuses subscription identifiers with DISCONNECT 0xA1", async () => {
    const client = await open();
    client.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "a", qos: 0 }], properties: { subscriptionIdentifier: 3 } });
    expect(await client.next("disconnect")).toMatchObject({ reasonCode: 0xa1 });
    await client.closed;
  });

  it.each(["a/#/b", "a+", "#a", "a/b#", "$share/g", "$share//a", "$share/+/a"])(
    "disconnects with 0x8F for the malformed filter %s",
    async (filter) => {
      const client = await open();
      client.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: filter, qos: 0 }] });
      expect(await client.next("disconnect")).toMatchObject({ reasonCode: 0x8f });
      await client.closed;
    },
  );

  it("gives each message of a shared subscription to one member", async () => {
    const members = [await open(), await open(4), await open()];
    for (const member of members) expect(await member.subscribe("$share/group/work/+")).toEqual([0]);
    const publisher = await open();
    for (let index = 0; index < 60; index += 1) publisher.publish("work/a", String(index));
    await publisher.deliveredSoFar();
    const received = await Promise.all(members.map((member) => member.deliveredSoFar()));
    expect(received.flat().sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 60 }, (_, index) => String(index)));
    expect(received.every((messages) => messages.length > 0)).toBe(true);
    for (const client of [...members, publisher]) client.close();
  });

  it("stops with UNSUBSCRIBE, which says whether there was a subscription", async () => {
    const client = await open();
    await client.subscribe("un/a");
    client.send({ cmd: "unsubscribe", messageId: 3, unsubscriptions: ["un/a", "un/b"] });
    expect(await client.next("unsuback")).toMatchObject({ granted: [0, 0x11] });
    client.publish("un/a", "x");
    expect(await client.deliveredSoFar()).toEqual([]);
    client.close();
  });
});

describe("retained messages", () => {
  it("reach exact filters only, with the RETAIN flag, and end with an empty payload", async () => {
    const client = await open();
    client.publish("retained/a", "kept", { qos: 1, retain: true });
    await client.next("puback");
    expect(world.broker.retained("retained/a")).toMatchObject({ payload: Buffer.from("kept"), qos: 1 });
    await client.subscribe("retained/+", "$share/g/retained/a");
    expect(await client.deliveredSoFar()).toEqual([]);
    await client.subscribe({ topic: "retained/a", qos: 1 });
    expect(await client.next("publish")).toMatchObject({ retain: true, qos: 1, payload: Buffer.from("kept") });
    client.publish("retained/a", "", { qos: 1, retain: true, messageId: 12 });
    expect(await client.next("puback")).toMatchObject({ reasonCode: 0 });
    expect(world.broker.retained("retained/a")).toBeUndefined();
    client.close();
  });

  it("follow retain handling and retain as published", async () => {
    const client = await open();
    client.publish("handling", "kept", { qos: 1, retain: true });
    await client.next("puback");
    await client.subscribe({ topic: "handling", qos: 0, rh: 2 });
    expect(await client.deliveredSoFar()).toEqual([]);
    await client.subscribe({ topic: "handling", qos: 0, rh: 1 });
    expect(await client.deliveredSoFar()).toEqual([]);
    await client.subscribe({ topic: "handling", qos: 0, rh: 0, rap: true });
    expect(await client.next("publish")).toMatchObject({ retain: true });
    world.broker.liftRates(true);
    client.publish("handling", "again", { retain: true });
    expect(await client.next("publish")).toMatchObject({ retain: true, payload: Buffer.from("again") });
    world.broker.liftRates(false);
    client.close();
  });

  it("cannot be published on topics that begin with $", async () => {
    const client = await open();
    client.publish("$mine/a", "x", { qos: 1, retain: true });
    expect(await client.next("puback")).toMatchObject({ reasonCode: 0x90 });
    client.close();
  });

  it("survive a restart of the process", async () => {
    const first = await startBrokerWorld();
    const client = await WireClient.webSocket(first.url());
    await client.connect("writer");
    client.publish("durable", "kept", { qos: 1, retain: true, properties: { contentType: "text/plain", userProperties: { a: "b" } } });
    await client.next("puback");
    const second = await first.restart();
    expect(second.broker.retained("durable")).toMatchObject({
      payload: Buffer.from("kept"),
      contentType: "text/plain",
      userProperties: [["a", "b"]],
    });
    await second.close();
  });
});
