import { ThingSeries } from "@/lib/telemetry/thing-series";

/** What the charts of one thing know of its past from the server; the object is another one when anything in it changed. */
export interface HistoryView {
  state: "none" | "loading" | "ready" | "unavailable" | "off";
  /** The stretch that was asked for and answered. */
  fromMs: number;
  toMs: number;
  /** How far apart two of its samples may lie although nothing is missing. */
  spacingMs: number;
  times: readonly number[];
  values: Readonly<Record<string, readonly (number | null)[]>>;
}

export const NO_HISTORY: HistoryView = { state: "none", fromMs: 0, toMs: 0, spacingMs: 60_000, times: [], values: {} };

/** Two samples further apart than this many spacings have something missing between them. */
const GAP_SPACINGS = 2.2;

/** The samples of the past that this tab has not heard itself, as rows like its own. */
export class HistoryOverlay {
  #view: HistoryView = NO_HISTORY;
  #series = new ThingSeries(1);
  #metrics: string[] = [];
  #key = "";

  set(view: HistoryView): void {
    if (view === this.#view) return;
    this.#view = view;
    this.#metrics = Object.keys(view.values);
    this.#key = "";
  }

  get state(): HistoryView["state"] {
    return this.#view.state;
  }

  /** Where the past begins that was asked for. */
  get fromMs(): number {
    return this.#view.fromMs;
  }

  /** A longer stretch between two samples, one of them from here, is a gap. */
  get gapMs(): number {
    return this.#view.spacingMs * GAP_SPACINGS;
  }

  metricIndex(metric: string): number {
    return this.#metrics.indexOf(metric);
  }

  /** The rows outside what `live` has heard without a gap; made anew only when one of the two has changed in that respect. */
  rows(live: ThingSeries, liveGapMs: number): ThingSeries {
    const key = `${live.firstAtMs ?? 0} ${Math.floor((live.lastAtMs ?? 0) / 10_000)} ${liveGapMs}`;
    if (key === this.#key) return this.#series;
    this.#key = key;
    const { times, values } = this.#view;
    const series = new ThingSeries(Math.max(1, times.length));
    for (const [i, atMs] of times.entries()) {
      if (isHeard(live, atMs, liveGapMs)) continue;
      series.beginRow(atMs);
      for (const [index, metric] of this.#metrics.entries()) {
        const value = values[metric]?.[i];
        if (value !== null && value !== undefined) series.put(index, value);
      }
    }
    this.#series = series;
    return series;
  }
}

/** The cloud's time of a message and the time at which this tab heard it differ by the way between them. */
const WAY_MS_MAX = 1_000;

/** Whether the tab was hearing the thing at that time: it has this very message, or others before and after, no further apart than its pace. */
function isHeard(live: ThingSeries, atMs: number, liveGapMs: number): boolean {
  const next = live.rowAt(atMs);
  const afterMs = next < live.rowCount ? live.timeAt(next) - atMs : Infinity;
  const beforeMs = next > 0 ? atMs - live.timeAt(next - 1) : Infinity;
  if (Math.min(afterMs, beforeMs) <= WAY_MS_MAX) return true;
  return afterMs === Infinity ? beforeMs <= liveGapMs : beforeMs + afterMs <= liveGapMs;
}
