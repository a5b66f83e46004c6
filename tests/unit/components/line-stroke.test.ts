import { describe, expect, test } from "vitest";
import { isSparse, strokeLine } from "../../../components/live/chart/line-stroke.ts";

const WIDTH = 40;

function pixelsOf(samples: Readonly<Record<number, number>>) {
  const make = () => new Float64Array(WIDTH).fill(Number.NaN);
  const pixels = { min: make(), max: make(), first: make(), last: make(), firstAtMs: make(), lastAtMs: make() };
  for (const [column, value] of Object.entries(samples)) {
    const at = Number(column);
    pixels.min[at] = pixels.max[at] = pixels.first[at] = pixels.last[at] = value;
    pixels.firstAtMs[at] = pixels.lastAtMs[at] = at * 1_000;
  }
  return pixels;
}

/** Where the path was begun anew and where it went, as the canvas would be told. */
function stroke(samples: Readonly<Record<number, number>>, gapMs: number) {
  const begun: number[][] = [];
  const reached: number[][] = [];
  const context = {
    beginPath: () => undefined,
    stroke: () => undefined,
    moveTo: (x: number, y: number) => begun.push([x, y]),
    lineTo: (x: number, y: number) => reached.push([x, y]),
  } as unknown as CanvasRenderingContext2D;
  const box = { left: 5, top: 5, width: WIDTH, height: 30 };
  strokeLine(context, pixelsOf(samples), { ...box, color: "black", thickness: 1.5, gapMs, min: 0, max: 30 });
  return { begun, reached };
}

describe("a stroked line", () => {
  test("is taken only where there are few values for the width", () => {
    expect(isSparse(pixelsOf({ 3: 1, 20: 2 }), WIDTH)).toBe(true);
    expect(isSparse(pixelsOf(Object.fromEntries(Array.from({ length: WIDTH }, (_, column) => [column, 1]))), WIDTH)).toBe(false);
  });

  test("puts each value at its column and its height in the box", () => {
    expect(stroke({ 0: 0, 10: 30 }, 60_000)).toMatchObject({ begun: [[5.5, 35]], reached: expect.arrayContaining([[15.5, 5]]) as unknown });
  });

  test("is broken where a stretch without a value is longer than the gap", () => {
    expect(stroke({ 0: 1, 10: 1 }, 5_000).begun).toHaveLength(2);
    expect(stroke({ 0: 1, 4: 1 }, 5_000).begun).toHaveLength(1);
  });
});
