import type { LinkGap } from "@/lib/connection/connection-state";
import type { ChartMark, TimeWindow } from "@/lib/telemetry/thing-live";
import type { PixelColumns, ThingSeries } from "@/lib/telemetry/thing-series";
import { roundRange } from "./axis-ticks";
import type { LineColor } from "./canvas-surface";

/** One line of a chart. */
export interface ChartLine {
  metric: string;
  /** Index of the metric in the store; -1 until it has been seen. */
  index: number;
  label: string;
  unit: string;
  color: LineColor;
  /** One entry per device pixel of the plot's width. */
  pixels: PixelColumns;
}

/** Everything one drawing needs. Times are epoch ms, server clock. */
export interface ChartScene {
  window: TimeWindow;
  series: ThingSeries;
  lines: ChartLine[];
  gaps: readonly LinkGap[];
  marks: readonly ChartMark[];
  /** A stretch without a sample longer than this is a gap, never a line. */
  gapMs: number;
  nowMs: number;
  min: number;
  max: number;
}

/** Pixel columns for a plot of this width. */
export function createPixels(pixelCount: number): PixelColumns {
  const make = (): Float64Array => new Float64Array(pixelCount);
  return { min: make(), max: make(), first: make(), last: make(), firstAtMs: make(), lastAtMs: make() };
}

/** Reduces all lines to the window's pixels and finds a round range for their values, with a little air. */
export function measure(scene: Omit<ChartScene, "min" | "max">, starts: Uint32Array): { min: number; max: number } {
  const pixelCount = starts.length - 1;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  scene.series.cut({ ...scene.window, pixelCount }, starts);
  for (const { index, pixels } of scene.lines) {
    scene.series.reduce(index, starts, pixels);
    for (let x = 0; x < pixelCount; x += 1) {
      const low = pixels.min[x] ?? Number.NaN;
      if (low !== low) continue;
      if (low < min) min = low;
      const high = pixels.max[x] ?? low;
      if (high > max) max = high;
    }
  }
  if (min > max) return { min: 0, max: 1 };
  const air = max === min ? Math.max(1, Math.abs(max) * 0.1) : (max - min) * 0.04;
  return roundRange(min - air, max + air);
}

/** A window that follows the clock moves by whole pixels: what has been drawn keeps its pixels, and nothing flickers between them. */
export function followingWindow(nowMs: number, windowMs: number, pixelCount: number): TimeWindow {
  const stepMs = windowMs / pixelCount;
  const toMs = Math.ceil(nowMs / stepMs) * stepMs;
  return { fromMs: toMs - windowMs, toMs };
}

/** Stretches of the window for which a thing sent nothing although this tab was listening. */
export function silentStretches(scene: ChartScene): TimeWindow[] {
  const { series, window, gapMs, nowMs } = scene;
  const stretches: TimeWindow[] = [];
  const firstAtMs = series.firstAtMs;
  if (firstAtMs === null) return stretches;
  let before = Math.max(window.fromMs, firstAtMs);
  const push = (fromMs: number, toMs: number): void => {
    if (toMs - fromMs > gapMs) stretches.push({ fromMs, toMs });
  };
  const start = series.rowAt(window.fromMs);
  if (start > 0) before = series.timeAt(start - 1);
  for (let row = start; row < series.rowCount; row += 1) {
    const atMs = series.timeAt(row);
    push(before, Math.min(atMs, window.toMs));
    if (atMs > window.toMs) return stretches;
    before = atMs;
  }
  push(before, Math.min(nowMs, window.toMs));
  return stretches;
}

/** Whether my own link was down for most of a stretch. */
export function isMyLink({ fromMs, toMs }: TimeWindow, gaps: readonly LinkGap[], nowMs: number): boolean {
  return gaps.some((gap) => gap.fromMs < toMs && (gap.toMs ?? nowMs) > fromMs);
}
