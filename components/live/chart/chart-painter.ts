import type { ChartBackdrop, ChartLook } from "./chart-backdrop";
import { sharedPicture } from "./canvas-surface";
import type { ChartScene } from "./chart-model";
import { drawLine } from "./line-raster";
import { isSparse, strokeLine } from "./line-stroke";

/** Where the plot lies inside the canvas, CSS pixels. */
export interface PlotBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What the pointer or the keyboard points at, and a brush in progress; x in CSS pixels of the plot. */
export interface ChartPointer {
  crosshairX: number | null;
  brush: { fromX: number; toX: number } | null;
}

const MARK_SIZE = 5;
const LINE_THICKNESS = 1.5;
/** What was kept once a minute is drawn thinner than what was heard, and with a dot at each sample where there is room. */
const PAST_THICKNESS = 1;
const DOT_RADIUS = 1.75;
const DOT_ROOM = 7;

/** The plot inside a canvas of this size: room for values on the left and times below. */
export function plotBox(width: number, height: number): PlotBox {
  return { left: 46, top: 10, width: Math.max(1, width - 46 - 10), height: Math.max(1, height - 10 - 22) };
}

/** Columns of device pixels in a plot of this width. */
export const columnCount = ({ width }: Pick<PlotBox, "width">, ratio: number): number => Math.max(1, Math.floor(width * ratio));

/** Draws a scene over whatever the surface showed: backdrop, lines, and on them brush, marks and crosshair. */
export function paintChart(scene: ChartScene, look: ChartLook, parts: { backdrop: ChartBackdrop; pointer: ChartPointer }): void {
  const { context, width, height, ratio } = look.surface;
  const { box } = look;
  const backdrop = parts.backdrop.words(scene, look);
  if (!backdrop) return;
  const { image, words } = sharedPicture(width, height);
  words.set(backdrop);
  const plot = {
    words,
    stride: width,
    left: Math.round(box.left * ratio),
    top: Math.round(box.top * ratio),
    width: columnCount(box, ratio),
    height: Math.floor(box.height * ratio),
  };
  const { min, max, gapMs } = scene;
  const style = { thickness: LINE_THICKNESS * ratio, gapMs, min, max };
  const pastGapMs = scene.history?.overlay.gapMs ?? gapMs;
  const sparse = scene.lines.filter(({ pixels, past }) => past === null && isSparse(pixels, plot.width));
  for (const line of scene.lines) {
    const { pixels, past } = line;
    const color = line.color.bytes;
    if (past) {
      drawLine(plot, pixels, { ...style, color, thickness: PAST_THICKNESS * ratio, gapMs: pastGapMs, part: { past, wanted: 1 } });
      drawLine(plot, pixels, { ...style, color, part: { past, wanted: 0 } });
    } else if (!sparse.includes(line)) drawLine(plot, pixels, { ...style, color });
  }
  context.putImageData(image, 0, 0);
  context.setTransform(1, 0, 0, 1, 0, 0);
  for (const { pixels, color } of sparse) strokeLine(context, pixels, { ...plot, ...style, color: color.css });
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  paintPastDots(context, scene, look);
  const { crosshairX, brush } = parts.pointer;
  if (brush) paintBrush(context, brush, look);
  paintMarks(context, scene, look);
  if (crosshairX !== null) paintCrosshair(context, scene, { ...look, crosshairX });
}

function paintBrush(context: CanvasRenderingContext2D, { fromX, toX }: { fromX: number; toX: number }, { box, colors }: ChartLook): void {
  context.fillStyle = colors.hatch;
  context.fillRect(box.left + Math.min(fromX, toX), box.top, Math.abs(toX - fromX), box.height);
}

function paintPastDots(context: CanvasRenderingContext2D, { lines, min, max }: ChartScene, { box, surface }: ChartLook): void {
  for (const { pixels, past, color } of lines) {
    const dots = past?.reduce((sum, isPast) => sum + isPast, 0) ?? 0;
    if (!past || dots === 0 || dots * DOT_ROOM > box.width) continue;
    context.fillStyle = color.css;
    for (const [column, isPast] of past.entries()) {
      if (isPast === 0) continue;
      const y = box.top + (1 - ((pixels.last[column] ?? 0) - min) / (max - min)) * box.height;
      context.beginPath();
      context.arc(box.left + (column + 0.5) / surface.ratio, y, DOT_RADIUS, 0, 2 * Math.PI);
      context.fill();
    }
  }
}

function paintMarks(context: CanvasRenderingContext2D, { marks, window }: ChartScene, { box, colors }: ChartLook): void {
  const { left, top, width, height } = box;
  for (const { atMs, kind } of marks) {
    const x = left + ((atMs - window.fromMs) / (window.toMs - window.fromMs)) * width;
    if (x < left || x > left + width) continue;
    context.fillStyle = kind === "alarm" ? colors.alarm : kind === "command" ? colors.accent : colors.faint;
    context.beginPath();
    context.moveTo(x, top + height - MARK_SIZE * 1.6);
    context.lineTo(x + MARK_SIZE, top + height);
    context.lineTo(x - MARK_SIZE, top + height);
    context.fill();
  }
}

function paintCrosshair(
  context: CanvasRenderingContext2D,
  { lines, min, max }: ChartScene,
  { box, colors, surface, crosshairX }: ChartLook & { crosshairX: number },
): void {
  const { left, top, height } = box;
  const x = Math.round(left + crosshairX) + 0.5;
  context.strokeStyle = colors.ink;
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, top + height);
  context.stroke();
  context.setLineDash([]);
  for (const { pixels, color } of lines) {
    const column = nearestColumn(pixels.min, crosshairX, surface.ratio);
    if (column === null) continue;
    const y = top + (1 - ((pixels.last[column] ?? 0) - min) / (max - min)) * height;
    context.fillStyle = color.css;
    context.strokeStyle = colors.surface;
    context.beginPath();
    context.arc(left + (column + 0.5) / surface.ratio, y, 4, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

/** The column nearest to `x` (CSS pixels of the plot) that holds a value, at most 24 CSS pixels away; null when there is none. */
export function nearestColumn(min: ArrayLike<number>, x: number, ratio: number): number | null {
  const middle = Math.min(min.length - 1, Math.round(x * ratio));
  for (let distance = 0; distance <= 24 * ratio; distance += 1) {
    for (const column of [middle - distance, middle + distance]) {
      const value = min[column];
      if (value !== undefined && !Number.isNaN(value)) return column;
    }
  }
  return null;
}
