import fc from "fast-check";
import { expect, test } from "vitest";
import { parseStrictJson, StrictJsonError } from "../../../../lib/platform/strict-json.ts";

test("every JSON value without duplicate keys reads as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), (text) => {
      fc.pre(!/__proto__|constructor|prototype/.test(text));
      expect(parseStrictJson(text)).toEqual(JSON.parse(text));
    }),
  );
});

test.each([
  ['{"a":1,"a":2}', "duplicate key"],
  ['{"a":1,"\\u0061":2}', "the same key by an escape"],
  ['{"x":{"b":1,"c":{},"b":2}}', "a duplicate key deep inside"],
  ['{"__proto__":{}}', "a prototype key"],
  ['{"\\u005f_proto__":{}}', "a prototype key by an escape"],
  ["[".repeat(100_000), "100,000 brackets"],
  ['{"a":'.repeat(50_000), "50,000 objects"],
  ['{"a":1', "an open object"],
  ['"open', "an open string"],
  ["{a:1}", "a bare key"],
  ["", "nothing"],
])("%s is refused: %s", (text) => {
  const startMs = performance.now();
  expect(() => parseStrictJson(text)).toThrow(StrictJsonError);
  expect(performance.now() - startMs).toBeLessThan(2_000);
});

test("equal keys in different objects, and keys as values, are fine", () => {
  expect(parseStrictJson('[{"a":"a"},{"a":["a","a"]}]')).toEqual([{ a: "a" }, { a: ["a", "a"] }]);
});
