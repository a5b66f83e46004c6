import { describe, expect, it } from "vitest";
import { isSameJson, shadowFields, waitingCount } from "../../../components/fleet/shadow-delta.ts";

const shadow = {
  desired: { power: false, limits: { high: 8 } },
  reported: { power: true, limits: { high: 8, low: 1 }, firmware: "1.2" },
  metadata: { desired: { power: { timestamp: 1_700_000_000 } }, reported: { limits: { low: { timestamp: 1_700_000_100 } } } },
};

describe("the shadow field by field", () => {
  const fields = shadowFields(shadow);
  const field = (path: string) => fields.find((candidate) => candidate.path === path);

  it("lists nested fields by their dotted path, each once", () => {
    expect(fields.map(({ path }) => path).sort()).toEqual(["firmware", "limits.high", "limits.low", "power"]);
  });

  it("is out of sync only where something was asked and is not reported", () => {
    expect(field("power")?.isInSync).toBe(false);
    expect(field("limits.high")?.isInSync).toBe(true);
    expect(field("firmware")?.isInSync).toBe(true);
  });

  it("takes times from the metadata, in milliseconds", () => {
    expect(field("power")?.desiredAtMs).toBe(1_700_000_000_000);
    expect(field("limits.low")?.reportedAtMs).toBe(1_700_000_100_000);
    expect(field("firmware")?.reportedAtMs).toBeNull();
  });

  it("is not led astray by names of Object's own", () => {
    const odd = JSON.parse('{"__proto__":{"x":1},"constructor":2}') as Record<string, never>;
    expect(shadowFields({ desired: {}, reported: odd, metadata: {} }).map(({ path }) => path)).toEqual(["__proto__.x", "constructor"]);
  });

  it("counts what waits for the thing", () => {
    expect(waitingCount(shadow.desired, shadow.reported)).toBe(2);
    expect(waitingCount({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } })).toBe(0);
  });

  it("compares documents whatever the order of their keys", () => {
    expect(isSameJson({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toBe(true);
    expect(isSameJson({ a: 1 }, { a: 1, b: undefined as never })).toBe(false);
    expect(isSameJson([1, 2], [2, 1])).toBe(false);
  });
});
