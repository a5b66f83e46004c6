import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFlatJson } from "../../../lib/telemetry/flat-json.ts";
import { createTelemetryParser } from "../../../lib/telemetry/telemetry-parser.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const parser = createTelemetryParser();

/** What a message says by JSON.parse alone: metrics in order, time, sequence number; null when it is no object. */
function byJsonParse(text: string): unknown {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    return null;
  }
  const { ts, seq, ...rest } = object as Record<string, unknown>;
  const isSequence = Number.isSafeInteger(seq);
  const own = Object.entries(object as Record<string, unknown>).filter(([name]) => name in rest || (name === "seq" && !isSequence));
  return {
    metrics: own.filter(([, value]) => value !== null).map(([name, value]) => [name, typeof value === "number" ? value + 0 : value]),
    ts: typeof ts === "number" && ts >= 1e12 && ts < 1e13 ? ts : null,
    isOdd: ts !== undefined && !(typeof ts === "number" && ts >= 1e12 && ts < 1e13),
    seq: isSequence ? seq : null,
  };
}

function byParser(text: string): unknown {
  if (parser.parse(bytes(text)) !== null) return null;
  const { count, names, values, kinds, texts, deviceTimeMs, isDeviceTimeOdd, seq } = parser.fields;
  const valueOf = (i: number) => (kinds[i] === "text" ? texts[i] : kinds[i] === "boolean" ? values[i] === 1 : values[i]);
  const metrics = Array.from({ length: count }, (_, i) => [names[i], valueOf(i)]);
  return { metrics, ts: deviceTimeMs, isOdd: isDeviceTimeOdd, seq };
}

const digits = (lengthMax: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${lengthMax}}$`));
const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).map(String),
  fc.integer().map(String),
  fc.integer({ min: 1e12, max: 1.2e13 }).map(String),
  fc.tuple(fc.constantFrom("", "-"), digits(18), fc.constantFrom("", "."), digits(8)).map((parts) => parts.join("")),
  fc.constantFrom("0", "-0", "0.0", "01", "1.", ".5", "-", "1e3", "1E-2", "0.1e400", "9007199254740993", "123456789.123456", "+1", "1..2"),
);
const valueText = fc.oneof(
  { weight: 4, arbitrary: numberText },
  fc.constantFrom("true", "false", "null", "tru", "nulll", '"auto"', '"a\\u0041"', '""', '"é"', '"a', "{}", "[1]", ""),
);
const name = fc.constantFrom("flow", "power", "ts", "seq", "1", "20", "__proto__", "constructor", "a b", "", "é", 'q\\"q', "flow ");
const gap = fc.constantFrom("", "", "", " ", "\n\t", "\r", "\u00a0");
const field = fc.tuple(gap, name, gap, gap, valueText, gap).map(([a, key, b, c, value, d]) => `${a}"${key}"${b}:${c}${value}${d}`);
const message = fc
  .tuple(fc.array(field, { maxLength: 6 }), fc.constantFrom("{", "{ ", "["), fc.constantFrom("}", "} ", "", "}}", ",}", "}x"))
  .map(([fields, open, close]) => `${open}${fields.join(",")}${close}`);

describe("a flat message read from its bytes", () => {
  test("says what JSON.parse says, and nothing where JSON.parse finds no object", () => {
    const flat = message.filter((text) => !text.startsWith("[") && !/[{[][^]*[{[]/.test(text));
    fc.assert(
      fc.property(flat, (text) => {
        // A number too large for a double is refused by name, elsewhere.
        fc.pre(!text.includes("e400"));
        expect(byParser(text)).toEqual(byJsonParse(text));
      }),
      { numRuns: 5_000 },
    );
  });

  test("reads every number of up to fifteen digits to the last bit", () => {
    const plain = fc
      .tuple(fc.constantFrom("", "-"), fc.stringMatching(/^(0|[1-9][0-9]{0,7})$/), fc.stringMatching(/^[0-9]{1,7}$/))
      .map(([sign, whole, fraction]) => `${sign}${whole}.${fraction}`);
    fc.assert(
      fc.property(plain, (text) => {
        const taken: unknown[] = [];
        expect(readFlatJson(bytes(`{"a":${text}}`), (...value) => taken.push(...value) > 0)).toBe(true);
        expect(taken).toEqual(["a", JSON.parse(text)]);
      }),
      { numRuns: 5_000 },
    );
  });

  test("is not confused by the messages before it", () => {
    const names = fc.array(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(names, fc.integer({ min: 0, max: 9 }), (keys, value) => {
        const text = `{${keys.map((key) => `"${key}":${value}`).join()}}`;
        expect(byParser(text)).toEqual(byJsonParse(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
