import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteList } from "../../../lib/connection/sdk/byte-list.ts";
import { LeanBuffer } from "../../../lib/connection/sdk/bytes.ts";
import { HmacSHA256, SHA256 } from "../../../lib/connection/sdk/crypto-js.ts";
import { LruMap } from "../../../lib/connection/sdk/lru-map.ts";
import { NumberAllocator } from "../../../lib/connection/sdk/number-allocator.ts";
import { SocketStream } from "../../../lib/connection/sdk/socket-stream.ts";
import { Readable, Writable } from "../../../lib/connection/sdk/streams.ts";

/** The SDK's own packages, which the live worker's build leaves out. */
const ofSdk = createRequire(createRequire(import.meta.url).resolve("aws-crt/dist.browser/browser/mqtt5.js"));
const ofMqtt = createRequire(ofSdk.resolve("mqtt"));
const ofPackets = createRequire(ofMqtt.resolve("mqtt-packet"));

const sourceOf = (file: string): string => readFileSync(ofSdk.resolve(file), "utf8");
const usedOf = (source: string, name: string): string[] => [
  ...new Set([...source.matchAll(new RegExp(`\\b${name}\\.(\\w+)`, "g"))].map(([, member]) => member ?? "")),
];

describe("what stands in for the SDK's packages in the browser", () => {
  test("has every function that the SDK takes of them", () => {
    expect(usedOf(sourceOf("./ws.js"), "Crypto").sort()).toEqual(["HmacSHA256", "SHA256"]);
    expect(usedOf(sourceOf("./mqtt5.js"), "mqtt")).toEqual(["MqttClient"]);
    expect(sourceOf("./mqtt5_utils.js")).not.toMatch(/require\("(?:mqtt|crypto-js)"\)/);
    const aliases = readFileSync(ofMqtt.resolve("./lib/topic-alias-send.js"), "utf8");
    for (const member of usedOf(aliases, "numberAllocator")) expect(member in NumberAllocator.prototype, member).toBe(true);
    for (const member of usedOf(aliases, "aliasToTopic")) expect(member in LruMap.prototype, member).toBe(true);
    const parser = readFileSync(ofPackets.resolve("./parser.js"), "utf8");
    for (const member of usedOf(parser, "_list")) expect(member in ByteList.prototype, member).toBe(true);
    const client = readFileSync(ofMqtt.resolve("./lib/client.js"), "utf8");
    const writer = readFileSync(ofPackets.resolve("./writeToStream.js"), "utf8");
    for (const member of usedOf(`${client}${writer}`, "stream")) expect(member in SocketStream.prototype, member).toBe(true);
    expect(usedOf(client, "writable")).toEqual(["_write"]);
    expect("write" in Writable.prototype, "write").toBe(true);
    // The client's store gives its streams a `destroy` of its own.
    for (const member of usedOf(client, "outStore").filter((each) => each !== "destroy"))
      expect(member in Readable.prototype, member).toBe(true);
  });

  test("writes packets without keeping a buffer for every number there is", async () => {
    await import("../../../lib/connection/sdk/mqtt.ts");
    const { generate } = ofMqtt("mqtt-packet") as { generate: (packet: object) => Buffer };
    const connect = generate({ cmd: "connect", protocolVersion: 5, clientId: "tab", keepalive: 30, clean: true });
    expect(connect.toString("hex")).toBe("101000044d5154540502001e000003746162");
    const { cache } = ofPackets("./numbers.js") as { cache: object };
    expect(Object.keys(cache)).toEqual([]);
  });

  test("has every member of a Buffer that MQTT's packets are made and read with", () => {
    const packets = ["./writeToStream.js", "./parser.js", "./numbers.js", "./constants.js", "./generate.js"]
      .map((file) => readFileSync(ofPackets.resolve(file), "utf8").replaceAll(/^\s*\/\/.*$/gm, ""))
      .join("\n");
    for (const member of usedOf(packets, "Buffer")) expect(member in LeanBuffer, member).toBe(true);
    for (const member of usedOf(packets, "(?:buffer|buf|_list\\.slice)").filter((each) => each !== "slice"))
      expect(member in LeanBuffer.prototype, member).toBe(true);
  });

  test("holds bytes as a Buffer does", () => {
    const anyBytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(
        fc.array(anyBytes, { maxLength: 4 }),
        fc.string({ unit: "binary", maxLength: 90 }),
        fc.nat(0xffffffff),
        (parts, text, number) => {
          const [ours, real] = [LeanBuffer.concat(parts), Buffer.concat(parts)];
          expect([...ours]).toEqual([...real]);
          expect(ours.toString("utf8")).toBe(real.toString("utf8"));
          const [from, to] = [Math.floor(real.length / 3), Math.ceil(real.length / 2)];
          expect(ours.toString("utf8", from, to)).toBe(real.toString("utf8", from, to));
          const [written, meant] = [LeanBuffer.from(text), Buffer.from(text)];
          expect([[...written], LeanBuffer.byteLength(text), written.toString()]).toEqual([
            [...meant],
            Buffer.byteLength(text),
            meant.toString(),
          ]);
          const part = written.subarray(1, 3);
          expect([LeanBuffer.isBuffer(part), [...part], LeanBuffer.byteLength(part)]).toEqual([
            true,
            [...meant.subarray(1, 3)],
            part.length,
          ]);
          const [mine, theirs] = [LeanBuffer.alloc(8), Buffer.alloc(8)];
          for (const bytes of [mine, theirs]) {
            bytes.writeUInt8(number & 0xff, 0);
            bytes.writeUInt32BE(number, 1);
          }
          LeanBuffer.concat([Uint8Array.of(1, 2, 3)]).copy(mine, 5);
          Buffer.from([1, 2, 3]).copy(theirs, 5);
          expect([...mine]).toEqual([...theirs]);
        },
      ),
    );
  });

  test("looks at the memory it is given and copies what is an array", () => {
    const memory = new Uint8Array([1, 2, 3]);
    const [view, copy] = [LeanBuffer.from(memory.buffer), LeanBuffer.from(memory)];
    memory[0] = 9;
    expect([view[0], copy[0]]).toEqual([9, 1]);
  });

  test("reads what has come in pieces as bl does", () => {
    const theirs = ofPackets("bl") as () => ByteList;
    const piece = fc.uint8Array({ maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, fc.nat(16)), { maxLength: 12 }), (steps) => {
        const [ours, real] = [new ByteList(), theirs()];
        for (const [bytes, consumed] of steps) {
          for (const list of [ours, real]) list.append(Buffer.from(bytes)).consume(Math.min(consumed, list.length));
          expect(ours.length).toBe(real.length);
          expect([...ours.slice(0, ours.length)]).toEqual([...real.slice(0, real.length)]);
          expect(ours.toString("utf8", 0, ours.length)).toBe(real.toString("utf8", 0, real.length));
          for (let at = 0; at + 4 <= real.length; at += 1) {
            expect(ours.readUInt8(at)).toBe(real.readUInt8(at));
            expect(ours.readUInt16BE(at)).toBe(real.readUInt16BE(at));
            expect(ours.readUInt32BE(at)).toBe(real.readUInt32BE(at));
          }
        }
      }),
      { numRuns: 60 },
    );
    expect(() => new ByteList().readUInt8(0)).toThrow(RangeError);
  });

  test("knows which topic was used longest ago as lru-cache does", () => {
    const Theirs = ofMqtt("lru-cache") as new (options: { max: number }) => LruMap<string>;
    const step = fc.tuple(fc.constantFrom("get" as const, "set" as const), fc.integer({ min: 1, max: 8 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const [ours, theirs] = [new LruMap<string>(), new Theirs({ max: 8 })];
        for (const [verb, key] of steps) {
          if (verb === "set") [ours, theirs].forEach((map) => map.set(key, `topic ${key}`));
          else expect(ours.get(key)).toBe(theirs.get(key));
          expect(ours.keys()).toEqual(theirs.keys());
          expect(ours.length).toBe(theirs.length);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("digests as crypto-js does, chained keys included", () => {
    const theirs = ofSdk("crypto-js") as { SHA256: typeof SHA256; HmacSHA256: typeof HmacSHA256 };
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), fc.string(), (message, key, next) => {
        expect(SHA256(message).toString()).toBe(theirs.SHA256(message).toString());
        expect(HmacSHA256(next, HmacSHA256(message, key)).toString()).toBe(
          theirs.HmacSHA256(next, theirs.HmacSHA256(message, key)).toString(),
        );
      }),
      { numRuns: 20 },
    );
  });

  test("counts topic aliases as number-allocator does", () => {
    const { NumberAllocator: Theirs } = ofMqtt("number-allocator") as { NumberAllocator: typeof NumberAllocator };
    const step = fc.oneof(fc.constant("alloc" as const), fc.constant("clear" as const), fc.integer({ min: 1, max: 8 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const [ours, theirs] = [new NumberAllocator(1, 8), new Theirs(1, 8)];
        for (const each of steps) {
          if (each === "alloc") expect(ours.alloc()).toBe(theirs.alloc());
          else if (each === "clear") [ours, theirs].forEach((allocator) => allocator.clear());
          else expect(ours.use(each)).toBe(theirs.use(each));
          expect(ours.firstVacant()).toBe(theirs.firstVacant());
        }
      }),
      { numRuns: 50 },
    );
  });
});
