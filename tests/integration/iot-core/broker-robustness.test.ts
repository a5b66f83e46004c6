import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { afterEach, describe, expect, it } from "vitest";
import { generate } from "mqtt-packet";
import { WebSocket } from "ws";
import { type BrokerWorld, startBrokerWorld } from "./support/broker-world.ts";
import { WireClient } from "./support/wire-client.ts";

let world: BrokerWorld;
let offsetMs = 0;
afterEach(async () => {
  offsetMs = 0;
  await world.close();
});

async function open(version: 4 | 5 = 5, clientId = "client"): Promise<WireClient> {
  const client = await WireClient.webSocket(world.url(), version);
  await client.connect(clientId);
  return client;
}

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("a broken packet ends its own connection with the right code and nobody else's", () => {
  it.each([
    ["packet type 0", "00 00", 0x81],
    ["PUBLISH with both QoS bits", "36 05 00 01 61 00 01", 0x81],
    ["QoS 0 PUBLISH with DUP", "38 04 00 01 61 00", 0x81],
    ["SUBSCRIBE with wrong flags", "80 06 00 01 00 00 01 61", 0x81],
    ["PINGREQ with flags", "c1 00", 0x81],
    ["PINGREQ with a body", "c0 01 00", 0x81],
    ["a remaining length of five bytes", "30 ff ff ff ff 7f", 0x81],
    ["a topic longer than its packet", "30 04 00 09 61 00", 0x81],
    ["a topic that is not UTF-8", "30 05 00 02 c3 28 00", 0x81],
    ["a topic with a surrogate", "30 06 00 03 ed a0 80 00", 0x81],
    ["a topic with U+0000", "30 05 00 02 61 00 00", 0x81],
    ["an unknown property", "30 06 00 01 61 02 7f 00", 0x81],
    ["a property that is cut off", "30 06 00 01 61 02 02 00", 0x81],
    ["a topic with a wildcard", "30 04 00 01 23 00", 0x90],
    ["an empty topic without alias", "30 03 00 00 00", 0x82],
    ["an alias nobody set", "30 06 00 00 03 23 00 05", 0x82],
    ["topic alias 0", "30 07 00 01 61 03 23 00 00", 0x94],
    ["a repeated property", "30 08 00 01 61 04 01 00 01 00", 0x82],
    ["payload format indicator 2", "30 06 00 01 61 02 01 02", 0x82],
    ["a subscription identifier in PUBLISH", "30 06 00 01 61 02 0b 01", 0x82],
    ["a response topic with a wildcard", "30 08 00 01 61 04 08 00 01 2b", 0x82],
    ["packet identifier 0", "32 06 00 01 61 00 00 00", 0x82],
    ["SUBSCRIBE without filters", "82 03 00 01 00", 0x82],
    ["SUBSCRIBE with reserved option bits", "82 07 00 01 00 00 01 61 40", 0x81],
    ["SUBSCRIBE with retain handling 3", "82 07 00 01 00 00 01 61 30", 0x82],
    ["No Local on a shared subscription", "82 10 00 01 00 00 0a 24 73 68 61 72 65 2f 67 2f 61 04", 0x82],
    ["UNSUBSCRIBE without filters", "a2 03 00 01 00", 0x82],
    ["a second CONNECT", "10 0d 00 04 4d 51 54 54 05 02 00 3c 00 00 00", 0x82],
    ["AUTH", "f0 02 19 00", 0x82],
    ["PUBREL", "62 02 00 01", 0x82],
    ["CONNACK", "20 03 00 00 00", 0x82],
    ["a DISCONNECT code only servers send", "e0 01 8b", 0x82],
  ])("%s", async (_what, bytes, reasonCode) => {
    world = await startBrokerWorld();
    const bystander = await open(5, "bystander");
    const client = await open();
    client.raw(hex(bytes));
    expect(await client.next("disconnect")).toMatchObject({ reasonCode });
    await client.closed;
    expect(await bystander.deliveredSoFar()).toEqual([]);
    bystander.close();
  });

  it.each([
    ["a first packet that is no CONNECT", "c0 00"],
    ["another protocol name", "10 0d 00 04 4d 51 54 58 05 02 00 3c 00 00 00"],
    ["the reserved connect flag", "10 0d 00 04 4d 51 54 54 05 03 00 3c 00 00 00"],
    ["will flags without a will", "10 0d 00 04 4d 51 54 54 05 2a 00 3c 00 00 00"],
    ["Receive Maximum 0", "10 10 00 04 4d 51 54 54 05 02 00 3c 03 21 00 00 00 00"],
    ["a CONNECT with something behind it", "10 0f 00 04 4d 51 54 54 05 02 00 3c 00 00 00 00 00"],
    ["a password without a user in 3.1.1", "10 0f 00 04 4d 51 54 54 04 42 00 3c 00 01 61 00 00"],
  ])("%s closes without an answer", async (_what, bytes) => {
    world = await startBrokerWorld();
    const client = await WireClient.webSocket(world.url());
    client.raw(hex(bytes));
    await client.closed;
    expect(client.packets).toEqual([]);
  });

  it("random bytes and random mutations never stop the broker", async () => {
    world = await startBrokerWorld();
    const bystander = await open(5, "bystander");
    const seed = generate(
      { cmd: "publish", topic: "a/b", payload: "x", qos: 1, dup: false, retain: false, messageId: 3 },
      { protocolVersion: 5 },
    );
    for (let round = 0; round < 200; round += 1) {
      const client = await open(round % 2 === 0 ? 4 : 5, `fuzz-${round}`);
      const bytes = round % 3 === 0 ? randomBytes(64) : Buffer.from(seed);
      if (round % 3 !== 0) bytes[round % bytes.length] = round;
      client.raw(bytes);
      client.close();
    }
    expect(await bystander.deliveredSoFar()).toEqual([]);
    bystander.close();
  });
});

describe("WebSocket framing", () => {
  it("accepts packets split over messages and several in one", async () => {
    world = await startBrokerWorld();
    const client = await open();
    await client.subscribe("split");
    const packets = ["1", "2", "3"].map((payload) =>
      generate({ cmd: "publish", topic: "split", payload, qos: 0, dup: false, retain: false }, { protocolVersion: 5 }),
    );
    const bytes = Buffer.concat(packets);
    client.raw(bytes);
    for (const byte of bytes) client.raw(Buffer.from([byte]));
    expect(await client.deliveredSoFar()).toEqual(["1", "2", "3", "1", "2", "3"]);
    client.close();
  });

  it("refuses text messages with 1003", async () => {
    world = await startBrokerWorld();
    const webSocket = new WebSocket(world.url(), "mqtt");
    await new Promise((resolve) => webSocket.once("open", resolve));
    webSocket.send("text");
    expect(await new Promise((resolve) => webSocket.once("close", resolve))).toBe(1003);
  });
});

describe("floods", () => {
  it("a good client is answered all through a thousand handshakes with a known key and a wrong secret", async () => {
    world = await startBrokerWorld();
    const good = await open();
    const bad = new URL(world.url({ ...world.keys, secretAccessKey: "wrong" }));
    const answers: boolean[] = [];
    for (let round = 0; round < 20; round += 1) {
      const attack = Promise.all(Array.from({ length: 50 }, () => isRefused(bad)));
      good.send({ cmd: "pingreq" });
      await good.next("pingresp");
      answers.push(...(await attack));
    }
    expect(answers).toHaveLength(1000);
    expect(answers).not.toContain(false);
    good.close();
  });

  it("a reader that stops reading is shed and then cut, with the process's memory flat", async () => {
    world = await startBrokerWorld({
      limits: { publishesPerSecond: Infinity, bytesPerSecond: Infinity },
      monotonicMs: () => performance.now() + offsetMs,
    });
    const url = new URL(world.url());
    const stuck = connect(Number(url.port), "127.0.0.1");
    await shakeHands(stuck, url);
    const masked = (bytes: Buffer) => Buffer.concat([Buffer.from([0x82, 0x80 | bytes.length, 0, 0, 0, 0]), bytes]);
    stuck.write(masked(generate({ cmd: "connect", clientId: "stuck", clean: true, keepalive: 1200, protocolVersion: 4 })));
    stuck.write(masked(generate({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "flood", qos: 0 }] })));
    await new Promise((resolve) =>
      world.broker.onAccepted(({ topic }) => topic.startsWith("$aws/events/subscriptions") && resolve(undefined)),
    );
    stuck.pause();
    const before = process.memoryUsage().rss;
    for (let index = 0; index < 2000; index += 1) {
      world.broker.publish({ topic: "flood", payload: Buffer.alloc(100_000), qos: 0, isRetained: false }, { caller: { kind: "service" } });
      if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(120 * 1024 * 1024);
    const gone = new Promise((resolve) =>
      world.broker.onAccepted(({ topic }) => topic.includes("/disconnected/stuck") && resolve(undefined)),
    );
    const clock = setInterval(() => (offsetMs += 6000), 500);
    await gone;
    clearInterval(clock);
    stuck.destroy();
  });
});

describe("the control verbs", () => {
  it("restart-broker disconnects everybody with 0x8B and refuses newcomers for a while", async () => {
    world = await startBrokerWorld();
    const client = await open();
    expect(await world.broker.controlVerbs?.["restart-broker"]?.({ downMs: 100 })).toEqual({ downMs: 100 });
    expect(await client.next("disconnect")).toMatchObject({ reasonCode: 0x8b });
    await expect(WireClient.webSocket(world.url())).rejects.toThrow("503");
    await expect
      .poll(() =>
        WireClient.webSocket(world.url()).then(
          () => "up",
          () => "down",
        ),
      )
      .toBe("up");
  });

  it("stall-broker keeps connections open and answers afterwards", async () => {
    world = await startBrokerWorld();
    const client = await open();
    await world.broker.controlVerbs?.["stall-broker"]?.({ forMs: 300 });
    const startedAtMs = performance.now();
    client.send({ cmd: "pingreq" });
    await client.next("pingresp");
    expect(performance.now() - startedAtMs).toBeGreaterThan(200);
    client.close();
  });

  it("cut-client cuts the wire without a word", async () => {
    world = await startBrokerWorld();
    const client = await open();
    expect(await world.broker.controlVerbs?.["cut-client"]?.({ clientId: "client" })).toEqual({ clientId: "client", wasConnected: true });
    expect(await client.closed).toBe(1006);
    expect(client.packets).toEqual([]);
  });
});

function shakeHands(socket: Socket, url: URL): Promise<string> {
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Protocol: mqtt",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  return new Promise((resolve, reject) => {
    socket.once("data", (data) => resolve(data.toString("latin1"))).once("error", reject);
  });
}

async function isRefused(url: URL): Promise<boolean> {
  const socket = connect(Number(url.port), "127.0.0.1");
  const answer = await shakeHands(socket, url);
  socket.destroy();
  return answer.startsWith("HTTP/1.1 403");
}
