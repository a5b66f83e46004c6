import { describe, expect, test } from "vitest";
import { drawLine, type LineStyle } from "../../../components/live/chart/line-raster.ts";

const WIDTH = 40;
const HEIGHT = 30;
const STYLE: LineStyle = { color: [10, 20, 30, 255], thickness: 1.5, gapMs: 5_000, min: 0, max: 29 };

/** Draws one sample a given column, a second for each column, into a picture with a border that must stay empty. */
function draw(samples: Readonly<Record<number, number>>, style: Partial<LineStyle> = {}) {
  const make = () => new Float64Array(WIDTH).fill(Number.NaN);
  const pixels = { min: make(), max: make(), first: make(), last: make(), firstAtMs: make(), lastAtMs: make() };
  for (const [column, value] of Object.entries(samples)) {
    const at = Number(column);
    pixels.min[at] = pixels.max[at] = pixels.first[at] = pixels.last[at] = value;
    pixels.firstAtMs[at] = pixels.lastAtMs[at] = at * 1_000;
  }
  const stride = WIDTH + 10;
  const words = new Uint32Array(stride * (HEIGHT + 10));
  drawLine({ words, stride, left: 5, top: 5, width: WIDTH, height: HEIGHT }, pixels, { ...STYLE, ...style });
  const alphaAt = (x: number, y: number): number => (words[(y + 5) * stride + x + 5] ?? 0) >>> 24;
  const rows = (x: number): number[] => Array.from({ length: HEIGHT + 10 }, (_, y) => y - 5).filter((y) => alphaAt(x, y) > 0);
  return { words, alphaAt, rows };
}

describe("a line drawn by hand", () => {
  test("is as thick as asked, whatever row it falls on", () => {
    for (const value of [10, 10.3, 10.5, 10.9]) {
      const { alphaAt, rows } = draw({ 0: value, 39: value }, { gapMs: 60_000 });
      expect(rows(20).reduce((sum, y) => sum + alphaAt(20, y), 0) / 255).toBeCloseTo(1.5, 1);
    }
  });

  test("joins samples that are far apart, and never reaches beyond the higher and the lower one", () => {
    const { rows } = draw({ 10: 2, 13: 27 }, { gapMs: 60_000 });
    const all = Array.from({ length: WIDTH }, (_, x) => rows(x)).flat();
    for (const x of [10, 11, 12, 13]) expect(rows(x).length).toBeGreaterThan(4);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...all)).toBeLessThanOrEqual(28);
  });

  test("is lifted over a gap", () => {
    const { rows } = draw({ 5: 10, 30: 10 });
    expect(rows(5)).not.toEqual([]);
    expect(rows(17)).toEqual([]);
  });

  test("stays inside its box", () => {
    const { rows, words } = draw({ 0: -500, 20: 900, 39: -500 }, { gapMs: 60_000, thickness: 6 });
    for (let x = -5; x < WIDTH + 5; x += 1)
      for (const y of rows(x)) expect([x >= 0 && x < WIDTH, y >= 0 && y < HEIGHT]).toEqual([true, true]);
    expect(words.some((word) => word !== 0)).toBe(true);
  });

  test("is opaque in its own colour where it is full", () => {
    const { words } = draw({ 0: 10, 39: 10 }, { gapMs: 60_000, thickness: 4 });
    expect(words).toContain(0xff1e140a);
  });
});
