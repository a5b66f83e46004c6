import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HmacSHA256, SHA256 } from "../../../lib/connection/sdk/crypto-js.ts";
import { NumberAllocator } from "../../../lib/connection/sdk/number-allocator.ts";

/** The SDK's own packages, which the browser build leaves out (next.config.ts). */
const ofSdk = createRequire(createRequire(import.meta.url).resolve("aws-crt/dist.browser/browser/mqtt5.js"));
const ofMqtt = createRequire(ofSdk.resolve("mqtt"));

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
    for (const member of usedOf(aliases, "numberAllocator")) expect(NumberAllocator.prototype).toHaveProperty(member);
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
