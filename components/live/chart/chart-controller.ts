import type { ClockMode } from "@/components/fleet/time-words";
import type { ChartMark, TimeWindow } from "@/lib/telemetry/thing-live";
import type { LiveStore } from "@/lib/telemetry/live-store";
import { type ChartColors, fitCanvas, onThemeChange, readColors, readLineColor } from "./canvas-surface";
import { ChartBackdrop } from "./chart-backdrop";
import { toCsv } from "./chart-csv";
import { type ChartRow, pastWords, rowsOf } from "./chart-rows";
import { type ChartLine, type ChartScene, createPixels, followingWindow, measure } from "./chart-model";
import { columnCount, paintChart, plotBox } from "./chart-painter";
import { type ChartWords, readTexts } from "./chart-readout";
import { sharedCrosshair } from "./crosshair";
import { HistoryOverlay, type HistoryView } from "./history-overlay";
import { brushWindow, panWindow, zoomWindow } from "./window-moves";

/** What a chart shows; replaced as a whole when React renders. */
export interface ChartSettings extends ChartWords {
  thing: string;
  metrics: string[];
  windowMs: number;
  /** Null follows the newest value. */
  window: TimeWindow | null;
  isPaused: boolean;
  clock: ClockMode;
  marks: readonly ChartMark[];
  /** What the server kept of the thing's past. */
  history: HistoryView;
  onWindowChange: (window: TimeWindow | null) => void;
}

export interface ChartHost {
  canvas: HTMLCanvasElement;
  store: LiveStore;
  serverNowMs: () => number;
  /** Called with one text per metric: the value under the crosshair, or the newest. */
  onReadout: (texts: { time: string; values: string[] }) => void;
  /** Called with the words for what of the window was kept once a minute; "" when nothing was. */
  onPast: (words: string) => void;
}

/** A chart is redrawn at most at this rate, not per message, and only when it would look different. */
const REDRAW_MS = 100;
const REDRAW_CALM_MS = 1_000;
/** Figures that change faster cannot be read. */
const READOUT_MS = 250;
/** Half a frame: the timer that waits for the next drawing fires before the frame it is for. */
const TIMER_LEAD_MS = 8;

/** A live line is broken where the thing missed more than two of its messages. */
const liveGapMs = (intervalMs: number): number => Math.max(3_000, intervalMs * 2.5);

/** One chart, drawn outside React: it owns its canvas, its redraw timer and its gestures until `dispose`. */
export class ChartController {
  readonly #host: ChartHost;
  readonly #undo: (() => void)[] = [];
  #settings: ChartSettings;
  #lines: ChartLine[] = [];
  #starts = new Uint32Array(2);
  readonly #history = new HistoryOverlay();
  readonly #backdrop = new ChartBackdrop();
  #colors: ChartColors | null = null;
  #size = { width: 0, height: 0 };
  #frame: number | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #drawnAtMs = 0;
  #drawn = "";
  #readAtMs = 0;
  #frozen: TimeWindow | null = null;
  #brushFromX: number | null = null;
  #brushToX: number | null = null;
  #isSeen = true;

  constructor(host: ChartHost, settings: ChartSettings) {
    this.#host = host;
    this.#settings = settings;
    this.#history.set(settings.history);
    this.#observe();
    this.#scheduleFrame();
  }

  update(settings: ChartSettings): void {
    const isSame = settings.metrics.join("\n") === this.#settings.metrics.join("\n") && settings.thing === this.#settings.thing;
    if (settings.isPaused && !this.#settings.isPaused) this.#frozen = this.window();
    if (!settings.isPaused) this.#frozen = null;
    this.#settings = settings;
    this.#history.set(settings.history);
    if (!isSame) this.#lines = [];
    this.redraw();
  }

  dispose(): void {
    for (const undo of this.#undo) undo();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#isSeen = false;
  }

  /** The window on screen now. */
  window(): TimeWindow {
    const { window, windowMs } = this.#settings;
    if (window) return window;
    if (this.#frozen) return this.#frozen;
    return followingWindow(this.#host.serverNowMs(), windowMs, columnCount(this.#box(), this.#ratio()));
  }

  zoom(factor: number, aroundShare = 0.5): void {
    const window = this.window();
    this.#choose(zoomWindow(window, factor, window.fromMs + (window.toMs - window.fromMs) * aroundShare));
  }

  pan(share: number): void {
    this.#choose(panWindow(this.window(), share, this.#host.serverNowMs()));
  }

  reset(): void {
    this.#settings.onWindowChange(null);
  }

  /** Moves the crosshair by a share of the window; for the keyboard. */
  moveCrosshair(share: number): void {
    const { fromMs, toMs } = this.window();
    const atMs = sharedCrosshair.get() ?? toMs;
    sharedCrosshair.set(Math.min(toMs, Math.max(fromMs, atMs + (toMs - fromMs) * share)));
  }

  csv(): string {
    return toCsv({ rows: this.#shownRows(), columns: this.#currentLines() });
  }

  /** Rows for the table, newest first, at most `countMax`, evenly spread over the window. */
  tableRows(countMax: number): ChartRow[] {
    const rows = this.#shownRows();
    const step = Math.max(1, Math.ceil(rows.length / countMax));
    return rows.toReversed().filter((_, i) => i % step === 0);
  }

  #shownRows(): ChartRow[] {
    const { series, intervalMs } = this.#host.store.record(this.#settings.thing);
    const past = this.#history.rows(series, liveGapMs(intervalMs));
    const metrics = this.#currentLines().map(({ index, metric }) => ({ index, pastIndex: this.#history.metricIndex(metric) }));
    return rowsOf({ series, past, metrics, window: this.window() });
  }

  pointAt(x: number): void {
    const { left, width } = this.#box();
    const { fromMs, toMs } = this.window();
    const share = Math.min(1, Math.max(0, (x - left) / width));
    sharedCrosshair.set(fromMs + share * (toMs - fromMs));
    if (this.#brushFromX !== null) this.#brushToX = share * width;
  }

  startBrush(x: number): void {
    const { left, width } = this.#box();
    this.#brushFromX = Math.min(width, Math.max(0, x - left));
    this.#brushToX = this.#brushFromX;
  }

  endBrush(): void {
    const { width } = this.#box();
    const [from, to] = [this.#brushFromX, this.#brushToX];
    this.#brushFromX = this.#brushToX = null;
    if (from === null || to === null || Math.abs(to - from) < 6) return;
    const window = brushWindow(this.window(), from / width, to / width);
    if (window) this.#choose(window);
  }

  wheel(deltaY: number, x: number): void {
    const { left, width } = this.#box();
    this.zoom(deltaY > 0 ? 1.25 : 0.8, Math.min(1, Math.max(0, (x - left) / width)));
  }

  redraw(): void {
    this.#drawn = "";
    this.#drawnAtMs = 0;
    this.#readAtMs = 0;
    this.#scheduleFrame();
  }

  #box() {
    return plotBox(this.#size.width, this.#size.height);
  }

  #ratio(): number {
    return Math.min(3, globalThis.devicePixelRatio || 1);
  }

  #choose(window: TimeWindow): void {
    this.#settings.onWindowChange(window);
  }

  #observe(): void {
    const { canvas } = this.#host;
    const resize = new ResizeObserver(() => {
      const { width, height } = canvas.getBoundingClientRect();
      this.#size = { width, height };
      this.#lines = [];
      this.redraw();
    });
    resize.observe(canvas);
    const seen = new IntersectionObserver(([entry]) => {
      this.#isSeen = entry?.isIntersecting ?? true;
      this.#scheduleFrame();
    });
    seen.observe(canvas);
    const retheme = onThemeChange(() => {
      this.#colors = null;
      this.#lines = [];
      this.redraw();
    });
    this.#undo.push(
      () => resize.disconnect(),
      () => seen.disconnect(),
      retheme,
      sharedCrosshair.subscribe(() => this.redraw()),
    );
  }

  #scheduleFrame(): void {
    if (this.#isSeen) this.#frame ??= requestAnimationFrame((atMs) => this.#onFrame(atMs));
  }

  #onFrame(atMs: number): void {
    this.#frame = null;
    const everyMs = matchMedia("(prefers-reduced-motion: reduce)").matches ? REDRAW_CALM_MS : REDRAW_MS;
    if (atMs - this.#drawnAtMs >= everyMs - 1) {
      this.#drawnAtMs = atMs;
      this.#draw(atMs);
    }
    const waitMs = Math.max(0, this.#drawnAtMs + everyMs - atMs - TIMER_LEAD_MS);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#scheduleFrame();
    }, waitMs);
  }

  #currentLines(): ChartLine[] {
    const { store } = this.#host;
    const columns = columnCount(this.#box(), this.#ratio());
    if (this.#lines.length !== this.#settings.metrics.length || this.#starts.length !== columns + 1) {
      this.#starts = new Uint32Array(columns + 1);
      this.#lines = this.#settings.metrics.map((metric, i) => ({
        metric,
        index: -1,
        label: this.#settings.labelOf(metric),
        unit: this.#settings.unitOf(metric),
        color: readLineColor(i),
        pixels: createPixels(columns),
        past: null,
      }));
    }
    for (const line of this.#lines) if (line.index < 0) line.index = store.metricIndex(line.metric);
    return this.#lines;
  }

  #draw(frameAtMs: number): void {
    const { canvas, store, serverNowMs } = this.#host;
    const { width, height } = this.#size;
    const record = store.record(this.#settings.thing);
    const window = this.window();
    const gapMs = liveGapMs(record.intervalMs);
    const past = this.#history.rows(record.series, gapMs);
    const state = [window.fromMs, window.toMs, record.series.revision, store.gaps().length, this.#ratio()].join(" ");
    if (width < 20 || state === this.#drawn) return;
    const surface = fitCanvas(canvas, { width, height });
    if (!surface) return;
    this.#drawn = state;
    const base: Omit<ChartScene, "min" | "max"> = {
      window,
      clock: this.#settings.clock,
      series: record.series,
      lines: this.#currentLines(),
      gaps: store.gaps(),
      marks: this.#settings.marks,
      gapMs,
      history: this.#history.state === "none" ? null : { overlay: this.#history, series: past },
      nowMs: serverNowMs(),
    };
    const scene: ChartScene = { ...base, ...measure(base, this.#starts) };
    this.#colors ??= readColors(canvas);
    const box = this.#box();
    const atMs = sharedCrosshair.get();
    const isInside = atMs !== null && atMs >= window.fromMs && atMs <= window.toMs;
    const crosshairX = isInside ? ((atMs - window.fromMs) / (window.toMs - window.fromMs)) * box.width : null;
    const brush = this.#brushFromX !== null && this.#brushToX !== null ? { fromX: this.#brushFromX, toX: this.#brushToX } : null;
    paintChart(scene, { box, colors: this.#colors, surface }, { backdrop: this.#backdrop, pointer: { crosshairX, brush } });
    if (frameAtMs - this.#readAtMs < READOUT_MS - 1) return;
    this.#readAtMs = frameAtMs;
    this.#host.onReadout(readTexts(scene, { crosshairX, ratio: this.#ratio(), textOf: this.#settings.textOf }));
    this.#host.onPast(pastWords(past, scene, record.series.firstAtMs));
  }
}
