import type { PixelColumns } from "@/lib/telemetry/thing-series";
import type { LineStyle } from "./line-raster";

/** Below one value in so many columns a line is mostly slopes, which a canvas strokes more evenly than runs of pixels can. */
const SPARSE_COLUMNS_PER_VALUE = 4;

/** Whether a line has so few values in the box that stroking it is both cheap and better looking than `drawLine`. */
export function isSparse({ min }: PixelColumns, columnCount: number): boolean {
  let filled = 0;
  for (let column = 0; column < columnCount; column += 1) {
    const low = min[column] ?? Number.NaN;
    if (low === low) filled += 1;
  }
  return filled * SPARSE_COLUMNS_PER_VALUE < columnCount;
}

/** Where a line may be drawn, in the pixels of whoever draws it. */
export interface StrokeBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Whatever follows a line: a canvas's context, or the text of a path. */
export interface Pen {
  moveTo: (x: number, y: number) => void;
  lineTo: (x: number, y: number) => void;
}

/** Leads the pen along a line: the same values, gaps and range as `drawLine` draws. */
export function traceLine(
  pen: Pen,
  pixels: PixelColumns,
  { left, top, width, height, gapMs, min, max }: StrokeBox & Pick<LineStyle, "gapMs" | "min" | "max">,
): void {
  const y = (value: number): number => (max > min ? top + height - ((value - min) / (max - min)) * height : top + height / 2);
  let beforeMs = Number.NEGATIVE_INFINITY;
  for (let column = 0; column < width; column += 1) {
    const low = pixels.min[column] ?? Number.NaN;
    if (low !== low) continue;
    const x = left + column + 0.5;
    const first = pixels.first[column] ?? low;
    if ((pixels.firstAtMs[column] ?? 0) - beforeMs <= gapMs) pen.lineTo(x, y(first));
    else pen.moveTo(x, y(first));
    // Also where all four are one value: a path of no length with round caps is the dot a lone value needs.
    for (const value of [low, pixels.max[column] ?? low, pixels.last[column] ?? low]) pen.lineTo(x, y(value));
    beforeMs = pixels.lastAtMs[column] ?? 0;
  }
}

/** Strokes a sparse line as one path; the context must draw in device pixels. */
export function strokeLine(
  context: CanvasRenderingContext2D,
  pixels: PixelColumns,
  line: StrokeBox & Omit<LineStyle, "color"> & { readonly color: string },
): void {
  context.strokeStyle = line.color;
  context.lineWidth = line.thickness;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  traceLine(context, pixels, line);
  context.stroke();
}
