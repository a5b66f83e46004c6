import type { ClockMode } from "@/components/fleet/time-words";
import type { LinkGap } from "@/lib/connection/connection-state";
import type { ChartMark, TimeWindow } from "@/lib/telemetry/thing-live";
import type { PixelColumns, PixelWindow, ThingSeries } from "@/lib/telemetry/thing-series";
import { roundRange } from "./axis-ticks";
import type { LineColor } from "./canvas-surface";
import type { HistoryOverlay } from "./history-overlay";

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
  /** 1 where a pixel shows what the server kept and not what this tab heard; null while there is nothing of the kind. */
  past: Uint8Array | null;
}

/** Everything one drawing needs. Times are epoch ms, server clock. */
export interface ChartScene {
  window: TimeWindow;
  /** Whose time of day stands on the axis. */
  clock: ClockMode;
  series: ThingSeries;
  lines: ChartLine[];
  gaps: readonly LinkGap[];
  marks: readonly ChartMark[];
  /** A stretch without a sample longer than this is a gap, never a line. */
  gapMs: number;
  /** What the server kept of the time before, and of the gaps. */
  history: { overlay: HistoryOverlay; series: ThingSeries } | null;
  nowMs: number;
  min: number;
  max: number;
}

/** Pixel columns for a plot of this width. */
export function createPixels(pixelCount: number): PixelColumns {
  const make = (): Float64Array => new Float64Array(pixelCount);
  return { min: make(), max: make(), first: make(), last: make(), firstAtMs: make(), lastAtMs: make() };
}

/** Reduces all lines to the window's pixels and finds a round range for their values, with a little air; none, and so no figures, without a value. */
export function measure(scene: Omit<ChartScene, "min" | "max">, starts: Uint32Array): { min: number; max: number } {
  const pixelCount = starts.length - 1;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  scene.series.cut({ ...scene.window, pixelCount }, starts);
  for (const line of scene.lines) line.past = null;
  for (const { index, pixels } of scene.lines) scene.series.reduce(index, starts, pixels);
  if (scene.history) addPast(scene.lines, scene.history, { ...scene.window, pixelCount });
  for (const { pixels } of scene.lines) {
    for (let x = 0; x < pixelCount; x += 1) {
      const low = pixels.min[x] ?? Number.NaN;
      if (low !== low) continue;
      if (low < min) min = low;
      const high = pixels.max[x] ?? low;
      if (high > max) max = high;
    }
  }
  if (min > max) return { min: 0, max: 0 };
  const air = max === min ? Math.max(1, Math.abs(max) * 0.1) : (max - min) * 0.04;
  return roundRange(min - air, max + air);
}

/** Fills pixels in which the tab heard nothing with what the server kept. */
function addPast(lines: readonly ChartLine[], { overlay, series }: NonNullable<ChartScene["history"]>, window: PixelWindow): void {
  if (series.rowCount === 0) return;
  const starts = new Uint32Array(window.pixelCount + 1);
  const kept = createPixels(window.pixelCount);
  series.cut(window, starts);
  for (const line of lines) {
    series.reduce(overlay.metricIndex(line.metric), starts, kept);
    const past = new Uint8Array(window.pixelCount);
    for (let x = 0; x < window.pixelCount; x += 1) {
      if (Number.isNaN(kept.min[x]) || !Number.isNaN(line.pixels.min[x])) continue;
      past[x] = 1;
      for (const part of PIXEL_PARTS) line.pixels[part][x] = kept[part][x] ?? Number.NaN;
    }
    line.past = past;
  }
}

const PIXEL_PARTS = ["min", "max", "first", "last", "firstAtMs", "lastAtMs"] as const;

/** A window that follows the clock moves by whole pixels: what has been drawn keeps its pixels, and nothing flickers between them. */
export function followingWindow(nowMs: number, windowMs: number, pixelCount: number): TimeWindow {
  const stepMs = windowMs / pixelCount;
  const toMs = Math.ceil(nowMs / stepMs) * stepMs;
  return { fromMs: toMs - windowMs, toMs };
}

/** Stretches of the window for which there is no sample: none was heard although this tab was listening, and none was kept. */
export function silentStretches(scene: ChartScene): TimeWindow[] {
  const { series, window, gapMs, nowMs, history } = scene;
  const stretches: TimeWindow[] = [];
  const beginMs = beginningOf(scene);
  if (beginMs === null) return stretches;
  const pastGapMs = history?.overlay.gapMs ?? gapMs;
  let before = { atMs: Math.max(window.fromMs, beginMs), isPast: history !== null && beginMs < (series.firstAtMs ?? Infinity) };
  const push = (toMs: number, isPast: boolean): void => {
    if (toMs - before.atMs > (isPast || before.isPast ? pastGapMs : gapMs))
      stretches.push({ fromMs: before.atMs, toMs: Math.min(toMs, window.toMs) });
  };
  for (const sample of samplesOf(scene)) {
    push(sample.atMs, sample.isPast);
    if (sample.atMs > window.toMs) return stretches;
    before = sample;
  }
  push(Math.min(nowMs, window.toMs), false);
  return stretches;
}

/** From when on a missing sample means something: the first one heard, or the beginning of the past that was asked for. */
function beginningOf({ series, history }: ChartScene): number | null {
  const isAsked = history !== null && history.overlay.state === "ready";
  return isAsked ? Math.min(history.overlay.fromMs, series.firstAtMs ?? Infinity) : series.firstAtMs;
}

/** The samples of both sources in order, from the last before the window to the first after it. */
function* samplesOf({ series, history, window }: ChartScene): Generator<{ atMs: number; isPast: boolean }> {
  const past = history?.series ?? null;
  let row = Math.max(0, series.rowAt(window.fromMs) - 1);
  let pastRow = past === null ? 0 : Math.max(0, past.rowAt(window.fromMs) - 1);
  const pastCount = past?.rowCount ?? 0;
  while (row < series.rowCount || pastRow < pastCount) {
    const liveMs = row < series.rowCount ? series.timeAt(row) : Infinity;
    const pastMs = past !== null && pastRow < pastCount ? past.timeAt(pastRow) : Infinity;
    const isPast = pastMs < liveMs;
    yield { atMs: isPast ? pastMs : liveMs, isPast };
    if (Math.min(liveMs, pastMs) > window.toMs) return;
    if (isPast) pastRow += 1;
    else row += 1;
  }
}

/** Whether my own link was down for most of a stretch. */
export function isMyLink({ fromMs, toMs }: TimeWindow, gaps: readonly LinkGap[], nowMs: number): boolean {
  return gaps.some((gap) => gap.fromMs < toMs && (gap.toMs ?? nowMs) > fromMs);
}
