import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { MqttTransport } from "../../../lib/connection/mqtt-transport.ts";
import { createTopics } from "../../../lib/fleet/topics.ts";
import { createIngest } from "../../../lib/telemetry/ingest.ts";
import { createLiveStore } from "../../../lib/telemetry/live-store.ts";
import { type LoopbackBroker, publishPacket, startLoopbackBroker } from "../../support/loopback-broker.ts";

vi.stubGlobal("window", globalThis);
const { openTransport } = await import("../../../lib/connection/mqtt-transport.client.ts");

let broker: LoopbackBroker;
let transport: MqttTransport | null = null;

beforeEach(async () => {
  broker = await startLoopbackBroker();
});
afterEach(async () => {
  transport?.close();
  await broker.close();
});

const telemetry = (thing: string): string => `dt/harbor/${thing}/telemetry`;

/** The way from the socket to the store, as the worker and the page have it. */
async function deck() {
  const lines: string[] = [];
  const topics = createTopics();
  const ingest = createIngest({ nowMs: () => Date.now(), log: (line) => lines.push(line) });
  const store = createLiveStore({ nowMs: () => Date.now() });
  let received = 0;
  await new Promise<void>((resolve, reject) => {
    transport = openTransport({
      url: broker.url,
      clientId: "tab",
      onConnected: resolve,
      onClosed: () => reject(new Error("closed")),
      onMessage: (message) => {
        received += 1;
        ingest.take(message, topics);
      },
    });
  });
  await transport?.subscribe(["dt/harbor/+/telemetry"]);
  const send = async (packets: ReturnType<typeof publishPacket>[]) => {
    const due = received + packets.length;
    for (const client of broker.clients) client.sendPackets(packets, 7);
    await vi.waitFor(() => expect(received).toBe(due), { timeout: 20_000 });
    store.ingest(ingest.flush());
    store.flush();
  };
  return { store, send, lines };
}

const object = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const REFUSED: [string, string | Buffer][] = [
  ["empty", ""],
  ["one byte", "{"],
  ["not UTF-8", Buffer.from([0x7b, 0x22, 0x61, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ["UTF-16", Buffer.from('{"a":1}', "utf16le")],
  ["a byte order mark", '\ufeff{"a":1}'],
  ["gzip", gzipSync('{"a":1}')],
  ["NaN", '{"a":NaN}'],
  ["Infinity", '{"a":Infinity}'],
  ["1e400", '{"a":1e400}'],
  ["a list", "[1,2,3]"],
  ["a number", "5"],
  ["null", "null"],
  ["10,000 keys", JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i])))],
  ["depth 10,000", object(10_000)],
  ["a string of 1 MB", JSON.stringify({ a: "x".repeat(1_000_000) })],
  ["128 KB and one byte", JSON.stringify({ a: "x".repeat(131_073 - 8) })],
];

describe("hostile payloads through a broker", () => {
  test("each is counted and dropped, the log has one line a device and minute, and other devices go on", async () => {
    const { store, send, lines } = await deck();
    const hostile = REFUSED.map(([, payload]) => publishPacket(telemetry("bad"), payload));
    const good = Array.from({ length: 20 }, (_, i) => publishPacket(telemetry("good"), `{"v":${i}}`));
    await send(
      [...hostile, ...good].flatMap((packet, i) => (i % 2 === 0 ? [packet, publishPacket(telemetry("other"), '{"v":1}')] : [packet])),
    );
    expect(store.counters().malformed).toBe(REFUSED.length);
    expect(store.record("bad").metricNames()).toEqual([]);
    expect(store.record("good").metric("v", store.facts())?.value).toBe(19);
    expect(store.record("other").metric("v", store.facts())?.value).toBe(1);
    expect(lines).toHaveLength(1);
  });

  test("odd values are kept as what they are: zero is one zero, text stays text, words of other directions are inert", async () => {
    const { store, send } = await deck();
    await send([
      publishPacket(
        telemetry("a"),
        '{"zero":-0,"tiny":1e-400,"big":1000000000000000000000,"text":"12","yes":true,"nothing":null,"rtl":"\u202eevil"}',
      ),
    ]);
    const value = (metric: string) => store.record("a").metric(metric, store.facts())?.value;
    expect(Object.is(value("zero"), 0)).toBe(true);
    expect([value("tiny"), value("big"), value("text"), value("yes"), value("nothing")]).toEqual([0, 1e21, "12", true, undefined]);
    expect(String(value("rtl"))).not.toContain("\u202e");
  });

  test("a duplicate is shown once, and a retained value only as old as its device says", async () => {
    const { store, send } = await deck();
    const atMs = Date.now();
    await send([
      publishPacket(telemetry("a"), `{"v":1,"seq":7,"ts":${atMs}}`),
      publishPacket(telemetry("a"), `{"v":1,"seq":7,"ts":${atMs}}`),
      publishPacket(telemetry("kept"), `{"v":2,"ts":${atMs - 600_000}}`, { retain: true }),
    ]);
    expect(store.record("a").series.rowCount).toBe(1);
    expect(store.counters().duplicate).toBe(1);
    expect(store.record("kept").series.rowCount).toBe(0);
    expect(store.record("kept").metric("v", store.facts())).toMatchObject({
      atMs: expect.closeTo(atMs - 600_000, -2) as number,
      isStale: true,
    });
  });

  test("10,000 devices, names of objects' own properties among them, each keep their own value; names no thing can have are counted", async () => {
    const { store, send } = await deck();
    const own = ["__proto__", "constructor", "toString", "hasOwnProperty", "x".repeat(128), "a:b_c-D"];
    const names = [...own, ...Array.from({ length: 10_000 - own.length }, (_, i) => `t-${(i * 7919) % 99_991}`)];
    const impossible = ["\u202eevil", "a\u200bb", "😀", "<img src=x onerror=alert(1)>", "%2f", "x".repeat(129), "a b"];
    await send(names.map((name, i) => publishPacket(telemetry(name), `{"v":${i},"__proto__":{"polluted":1}}`)));
    await send([...impossible.map((name) => publishPacket(telemetry(name), '{"v":1}')), publishPacket("dt/harbor//telemetry", '{"v":1}')]);
    for (const [i, name] of names.entries()) expect(store.record(name).metric("v", store.facts())?.value, name).toBe(i);
    expect(store.counters().unknownTopic).toBe(impossible.length + 1);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
