import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ThingSeries } from "../../../lib/telemetry/thing-series.ts";

const BASE_MS = 1_763_870_000_000;

function pixels(count: number) {
  const make = () => new Float64Array(count);
  return { min: make(), max: make(), first: make(), last: make(), firstAtMs: make(), lastAtMs: make() };
}

describe("a thing's series", () => {
  test("keeps the newest rows, in order, and forgets the oldest", () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: -1000, max: 1000 })), { maxLength: 400 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 200 }), (rows, rowsMax) => {
        const series = new ThingSeries(rowsMax);
        const kept: [number, number][] = [];
        let atMs = BASE_MS;
        for (const [stepMs, value] of rows) {
          atMs += stepMs;
          series.beginRow(atMs);
          series.put(3, value);
          kept.push([atMs, value]);
        }
        const expected = kept.slice(-Math.max(64, rowsMax));
        expect(Array.from({ length: series.rowCount }, (_, row) => [series.timeAt(row), series.valueAt(3, row)])).toEqual(expected);
      }),
    );
  });

  test("costs at most 5.4 bytes a value with five metrics", () => {
    const series = new ThingSeries(4_096);
    for (let row = 0; row < 4_096; row += 1) {
      series.beginRow(BASE_MS + row * 1_000);
      for (let metric = 0; metric < 5; metric += 1) series.put(metric, row / 7);
    }
    expect(series.byteLength / (4_096 * 5)).toBeLessThanOrEqual(5.4);
  });

  test("does not grow once it is full", () => {
    const series = new ThingSeries(300);
    const fill = () => {
      for (let row = 0; row < 1_000; row += 1) {
        series.beginRow(BASE_MS + row);
        series.put(0, row);
      }
      return series.byteLength;
    };
    expect(fill()).toBe(fill());
  });

  test("keeps the digits of large counters", () => {
    const series = new ThingSeries(100);
    series.beginRow(BASE_MS);
    series.put(0, 1.5);
    series.beginRow(BASE_MS + 1);
    series.put(0, 123_456_789.12);
    expect([series.valueAt(0, 0), series.valueAt(0, 1)]).toEqual([1.5, 123_456_789.12]);
  });

  test("lasts longer than its 32-bit times", () => {
    const series = new ThingSeries(64);
    const dayMs = 86_400_000;
    for (let day = 0; day < 200; day += 1) {
      series.beginRow(BASE_MS + day * dayMs);
      series.put(0, day);
    }
    expect(series.lastAtMs).toBe(BASE_MS + 199 * dayMs);
    expect(series.valueAt(0, series.rowCount - 1)).toBe(199);
  });

  test("never draws time backwards when the clock is corrected", () => {
    const series = new ThingSeries(64);
    for (const atMs of [BASE_MS, BASE_MS + 10, BASE_MS - 5_000, BASE_MS + 20]) series.beginRow(atMs);
    const times = Array.from({ length: series.rowCount }, (_, row) => series.timeAt(row));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test("reduces to pixels without losing a peak", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 1, maxLength: 300 }), (values) => {
        const series = new ThingSeries(300);
        for (const [i, value] of values.entries()) {
          series.beginRow(BASE_MS + i * 10);
          series.put(0, value);
        }
        const out = pixels(20);
        const starts = new Uint32Array(21);
        series.cut({ fromMs: BASE_MS, toMs: BASE_MS + values.length * 10, pixelCount: 20 }, starts);
        series.reduce(0, starts, out);
        const lows = Array.from(out.min).filter((value) => !Number.isNaN(value));
        const highs = Array.from(out.max).filter((_, i) => !Number.isNaN(out.min[i]));
        expect(Math.min(...lows)).toBe(Math.min(...values));
        expect(Math.max(...highs)).toBe(Math.max(...values));
      }),
    );
  });
});
