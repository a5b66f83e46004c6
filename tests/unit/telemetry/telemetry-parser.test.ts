import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTelemetryParser, PAYLOAD_BYTES_MAX, toInertText } from "../../../lib/telemetry/telemetry-parser.ts";

const parser = createTelemetryParser();
const bytes = (text: string) => new TextEncoder().encode(text);

function parsed(payload: string | Uint8Array) {
  const refusal = parser.parse(typeof payload === "string" ? bytes(payload) : payload);
  if (refusal) return refusal;
  const { count, names, values, kinds, texts } = parser.fields;
  return Array.from({ length: count }, (_, i) => [
    names[i],
    kinds[i] === "text" ? texts[i] : kinds[i] === "boolean" ? values[i] === 1 : values[i],
  ]);
}

describe("a payload at the border", () => {
  test("gives numbers, booleans and short texts; nested objects flatten with dots; lists and nulls carry no value", () => {
    expect(parsed('{"flow":12.5,"on":true,"mode":"auto","motor":{"temperature":40,"bearing":{"x":1}},"list":[1,2],"none":null}')).toEqual([
      ["flow", 12.5],
      ["on", true],
      ["mode", "auto"],
      ["motor.temperature", 40],
      ["motor.bearing.x", 1],
    ]);
  });

  test.each([
    ["empty", new Uint8Array()],
    ["not-json", bytes("x")],
    ["not-utf8", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)],
    ["not-utf8", Uint8Array.of(0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d)],
    ["not-json", Uint8Array.from(Buffer.from('{"a":1}', "utf16le"))],
    ["not-json", bytes('\ufeff{"a":1}')],
    ["not-utf8", Uint8Array.from(gzipSync('{"a":1}'))],
    ["not-json", bytes('{"a":NaN}')],
    ["not-json", bytes('{"a":Infinity}')],
    ["not-json", bytes('{"a":01}')],
    ["not-finite", bytes('{"a":1e400}')],
    ["not-finite", bytes('{"a":{"b":-1e999}}')],
    ["not-an-object", bytes("[1]")],
    ["not-an-object", bytes("12")],
    ["not-an-object", bytes("null")],
    ["too-large", bytes(`{"a":"${"x".repeat(PAYLOAD_BYTES_MAX)}"}`)],
    ["too-deep", bytes(`${'{"a":'.repeat(7)}1${"}".repeat(7)}`)],
    ["too-deep", bytes("[".repeat(10_000))],
    ["too-many-values", bytes(`{${Array.from({ length: 65 }, (_, i) => `"k${i}":1`).join()}}`)],
    ["name-too-long", bytes(`{"${"k".repeat(97)}":1}`)],
  ])("is refused as %s", (refusal, payload) => {
    expect(parsed(payload)).toBe(refusal);
  });

  test("is refused within 5 ms however large or deep it is", () => {
    const payloads = ["x".repeat(131_072), "[".repeat(131_072), `{${'"a":1,'.repeat(20_000)}"b":1}`, `{"a":"${"y".repeat(1_000_000)}"}`];
    for (const payload of payloads.map(bytes)) {
      // The best of ten: what the machine does meanwhile is not the parser's time.
      const elapsedMs = Array.from({ length: 10 }, () => {
        const startedAtMs = performance.now();
        expect(parser.parse(payload)).not.toBeNull();
        return performance.now() - startedAtMs;
      });
      expect(Math.min(...elapsedMs)).toBeLessThan(5);
    }
  });

  test("never shows minus zero, and keeps what only looks like a number as text", () => {
    expect(parsed('{"a":-0,"b":"12","c":-1e-400}')).toEqual([
      ["a", 0],
      ["b", "12"],
      ["c", 0],
    ]);
    expect(Object.is(parser.fields.values[0], 0)).toBe(true);
  });

  test("cannot reach a prototype by a name", () => {
    expect(parsed('{"__proto__":{"polluted":1},"constructor":2,"toString":3}')).toEqual([
      ["__proto__.polluted", 1],
      ["constructor", 2],
      ["toString", 3],
    ]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("takes a device's time only when it is one", () => {
    for (const ts of ["1763870000", '"2026-01-01"', "-1", "1e18", "null", "{}"]) {
      expect(parsed(`{"ts":${ts},"a":1}`)).toEqual([["a", 1]]);
      expect(parser.fields).toMatchObject({ deviceTimeMs: null, isDeviceTimeOdd: true });
    }
    parsed('{"ts":1763870000000,"seq":7,"a":1}');
    expect(parser.fields).toMatchObject({ deviceTimeMs: 1_763_870_000_000, isDeviceTimeOdd: false, seq: 7 });
  });

  test("agrees with JSON.parse on every flat object of numbers and booleans", () => {
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.integer());
    const name = fc.string({ maxLength: 20 }).filter((key) => key !== "ts" && key !== "seq");
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 30 }), (object) => {
        const text = JSON.stringify(object);
        const expected = Object.entries(JSON.parse(text) as Record<string, number | boolean>);
        expect(parsed(text)).toEqual(expected.map(([key, entry]) => [key, typeof entry === "number" ? entry + 0 : entry]));
      }),
    );
  });

  test("never throws, whatever the bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => void parser.parse(payload)));
  });
});

describe("inert text", () => {
  test("drops what hides, reorders or breaks a line, and is cut", () => {
    expect(toInertText("a\u202eb\u200bc\u0000d\ne")).toBe("abcde");
    expect(toInertText("x".repeat(10_000))).toHaveLength(120);
    expect(toInertText("<img onerror=1>")).toBe("<img onerror=1>");
  });
});
