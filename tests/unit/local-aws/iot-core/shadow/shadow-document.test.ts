import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../../../local-aws/iot-core/shadow/json.ts";
import {
  deltaOf,
  describeShadow,
  parseShadowUpdate,
  updateShadow,
  type Shadow,
} from "../../../../../local-aws/iot-core/shadow/shadow-document.ts";

const parse = (body: unknown) => parseShadowUpdate(Buffer.from(typeof body === "string" ? body : JSON.stringify(body)));
const apply = (shadow: Shadow | undefined, state: unknown, timestamp = 100) =>
  updateShadow({ shadow, version: shadow?.version ?? 0 }, parse({ state }), timestamp);
const after = (...states: unknown[]) => {
  const last = states.reduce<Shadow | undefined>((shadow, state) => apply(shadow, state).shadow, undefined);
  if (last === undefined) throw new Error("no update given");
  return last;
};
const get = (...states: unknown[]) => describeShadow(after(...states), 100).state;

describe("delta, as recorded from AWS", () => {
  it.each([
    [
      { desired: { online: true } },
      { reported: { online: false } },
      { desired: { online: true }, reported: { online: false }, delta: { online: true } },
    ],
    [{ desired: { on: true } }, { reported: { x: false, on: true } }, { desired: { on: true }, reported: { x: false, on: true } }],
    [{}, { reported: { online: false } }, { reported: { online: false } }],
    [{}, { reported: { online: null } }, {}],
    [{ desired: {} }, { reported: { online: false } }, { reported: { online: false } }],
    [{ desired: { on: true } }, { reported: {} }, { desired: { on: true }, delta: { on: true } }],
    [
      { reported: { l: ["1", "2"] } },
      { desired: { l: ["1"] } },
      { desired: { l: ["1"] }, reported: { l: ["1", "2"] }, delta: { l: ["1"] } },
    ],
    [
      { reported: { a: { b: { c: "d", e: "f" } } } },
      { desired: { a: { b: { c: "d2" } } } },
      { delta: { a: { b: { c: "d2" } } }, desired: { a: { b: { c: "d2" } } }, reported: { a: { b: { c: "d", e: "f" } } } },
    ],
    [
      { reported: { a: { b1: { c: "d" } } } },
      { desired: { a: { b1: { c: "d" }, b2: "x" } } },
      { delta: { a: { b2: "x" } }, desired: { a: { b1: { c: "d" }, b2: "x" } }, reported: { a: { b1: { c: "d" } } } },
    ],
  ])("%j then %j gives %j", (first, second, expected) => {
    expect(get(first, second)).toEqual(expected);
  });

  it("an empty object is a value: kept in desired, and asked for in the delta", () => {
    const state = { a: 1, b: { c: {} }, d: {} };
    expect(get({ desired: { a: 1, b: { c: 3 } } }, { desired: state })).toEqual({ desired: state, delta: state });
  });
});

describe("update", () => {
  it("state null clears both sections and says so with one timestamp", () => {
    const { accepted, shadow } = apply(after({ desired: { a: 1 }, reported: { a: 2 } }), null, 200);
    expect(accepted).toEqual({ state: null, metadata: { timestamp: 200 }, version: 2, timestamp: 200 });
    expect(describeShadow(shadow, 201)).toEqual({ state: {}, metadata: {}, version: 2, timestamp: 201 });
  });

  it("accepted carries only what was submitted, deleted keys included", () => {
    const { accepted } = apply(after({ desired: { a: 1, b: 2 } }), { desired: { a: null, c: [1, { d: 2 }] } }, 200);
    expect(accepted).toEqual({
      state: { desired: { a: null, c: [1, { d: 2 }] } },
      metadata: { desired: { a: { timestamp: 200 }, c: [{ timestamp: 200 }, { d: { timestamp: 200 } }] } },
      version: 2,
      timestamp: 200,
    });
  });

  it("metadata keeps the time of what an update does not name", () => {
    const { shadow } = apply(after({ desired: { a: { x: 1, y: 2 }, b: 1 } }), { desired: { a: { y: 3 } } }, 200);
    expect(shadow.metadata).toEqual({ desired: { a: { x: { timestamp: 100 }, y: { timestamp: 200 } }, b: { timestamp: 100 } } });
  });

  it("the delta carries the desired metadata of its keys and the client token", () => {
    const shadow = after({ reported: { a: 1, b: 1 } });
    const update = parse({ state: { desired: { a: 2, b: 1 } }, clientToken: "t", version: 1 });
    expect(updateShadow({ shadow, version: 1 }, update, 200).delta).toEqual({
      version: 2,
      timestamp: 200,
      state: { a: 2 },
      metadata: { a: { timestamp: 200 } },
      clientToken: "t",
    });
  });

  it("a key named __proto__ is a key and nothing else", () => {
    const { shadow } = updateShadow({ shadow: undefined, version: 0 }, parse('{"state":{"desired":{"__proto__":{"polluted":true}}}}'), 1);
    expect(JSON.stringify(shadow.state)).toBe('{"desired":{"__proto__":{"polluted":true}}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("a deleted shadow's version counts on", () => {
    const update = parse({ state: { desired: { a: 1 } } });
    expect(updateShadow({ shadow: undefined, version: 4 }, update, 1).shadow.version).toBe(5);
    expect(() => updateShadow({ shadow: undefined, version: 4 }, parse({ state: {}, version: 1 }), 1)).toThrow("Version conflict");
  });

  it("a new shadow takes version 0 or 1", () => {
    for (const version of [0, 1]) {
      expect(updateShadow({ shadow: undefined, version: 0 }, parse({ state: {}, version }), 1).shadow.version).toBe(1);
    }
  });
});

describe("validation", () => {
  const nested = (levels: number): Json => (levels === 0 ? "x" : { k: nested(levels - 1) });
  it.each([
    ["", 400, "Invalid JSON"],
    ["[", 400, "Invalid JSON"],
    ["[]", 400, "Invalid JSON"],
    ["\ufeff{}", 400, "Invalid JSON"],
    ["{}", 400, "Missing required node: state"],
    [{ state: [] }, 400, "State node must be an object"],
    [{ state: 1 }, 400, "State node must be an object"],
    [{ state: { desired: [] } }, 400, "Desired node must be an object"],
    [{ state: { reported: 1 } }, 400, "Reported node must be an object"],
    [{ state: { desired: {}, extra: {} } }, 400, "State contains an invalid node"],
    [{ state: { delta: {} } }, 400, "State contains an invalid node"],
    [{ state: {}, version: "1" }, 400, "Invalid version"],
    [{ state: {}, version: -1 }, 400, "Invalid version"],
    [{ state: {}, version: 1.5 }, 400, "Invalid version"],
    ['{"state":{},"version":9223372036854775808}', 400, "Invalid version"],
    [{ state: {}, clientToken: "x".repeat(65) }, 400, "Invalid clientToken"],
    [{ state: {}, clientToken: "ä".repeat(33) }, 400, "Invalid clientToken"],
    [{ state: {}, clientToken: 7 }, 400, "Invalid clientToken"],
    [{ state: { desired: nested(7) } }, 400, "JSON contains too many levels of nesting; maximum is 6"],
    [{ state: { desired: { a: [1, null] } } }, 400, "Invalid JSON"],
    [
      `{"state":{"desired":{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}}}`,
      400,
      "JSON contains too many levels of nesting; maximum is 6",
    ],
  ])("%.60j is refused with %i %s", (body, status, message) => {
    expect(() => parse(body)).toThrow(expect.objectContaining({ status, message }));
  });

  it("six levels and a 64-byte token are taken", () => {
    expect(parse({ state: { desired: nested(6) }, clientToken: "x".repeat(64) }).version).toBeUndefined();
  });

  it("bytes that are not UTF-8 are refused with 415", () => {
    expect(() => parseShadowUpdate(Buffer.from([0x7b, 0xff, 0x7d]))).toThrow(expect.objectContaining({ status: 415 }));
  });
});

describe("merge, over random documents", () => {
  const leaf = fc.oneof(fc.integer(), fc.string({ maxLength: 4 }), fc.boolean());
  const key = fc.constantFrom("a", "b", "c", "__proto__", "timestamp", "");
  const tree: fc.Arbitrary<Json> = fc.letrec<{ node: Json }>((tie) => ({
    node: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.array(leaf, { maxLength: 2 }),
      fc.dictionary(key, tie("node"), { maxKeys: 3 }),
    ),
  })).node;
  const section = fc.dictionary(key, fc.oneof(tree, fc.constant(null)), { maxKeys: 4 });
  const state = fc.record({ desired: section, reported: section }, { requiredKeys: [] });
  const tooDeep = (value: unknown) => {
    try {
      parse({ state: value });
      return false;
    } catch {
      return true;
    }
  };
  const valid = state.filter((value) => !tooDeep(value));

  it("no null is ever stored, and metadata has exactly the keys of the state", () => {
    fc.assert(
      fc.property(fc.array(valid, { minLength: 1, maxLength: 5 }), (states) => {
        const shadow = after(...states);
        expect(JSON.stringify(shadow.state)).not.toContain("null");
        for (const part of ["desired", "reported"] as const) expectSameShape(shadow.state[part], shadow.metadata[part]);
      }),
    );
  });

  it("reporting the delta leaves no delta", () => {
    fc.assert(
      fc.property(valid, valid, (first, second) => {
        const shadow = after(first, second);
        const delta = deltaOf(shadow);
        fc.pre(delta !== undefined && !hasEmptyReplacingObject(shadow));
        expect(deltaOf(apply(shadow, { reported: delta }).shadow)).toBeUndefined();
      }),
    );
  });

  it("the same update twice gives the same state, one version later", () => {
    fc.assert(
      fc.property(valid, valid, (first, second) => {
        const once = after(first, second);
        expect(apply(once, second).shadow).toEqual({ ...once, version: once.version + 1 });
      }),
    );
  });

  it("an update never changes what it was given", () => {
    fc.assert(
      fc.property(valid, valid, (first, second) => {
        const before = after(first);
        const text = JSON.stringify(before);
        apply(before, second);
        expect(JSON.stringify(before)).toBe(text);
      }),
    );
  });

  /** `{}` asked where an object is reported cannot be reached by merging; AWS has no delta for it either. */
  const hasEmptyReplacingObject = ({ state: { reported } }: Shadow) => reported !== undefined && JSON.stringify(reported).includes("{}");

  function expectSameShape(value: JsonObject | undefined, metadata: JsonObject | undefined) {
    expect(Object.keys(metadata ?? {}).sort()).toEqual(Object.keys(value ?? {}).sort());
    for (const [name, item] of Object.entries(value ?? {})) {
      const stamp = Object.entries(metadata ?? {}).find(([other]) => other === name)?.[1];
      if (typeof item === "object" && item !== null && !Array.isArray(item)) expectSameShape(item as JsonObject, stamp as JsonObject);
      else if (Array.isArray(item)) expect((stamp as Json[]).length).toBe((item as Json[]).length);
      else expect(stamp).toEqual({ timestamp: 100 });
    }
  }
});
