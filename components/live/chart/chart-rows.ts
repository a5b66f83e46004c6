import type { ClockMode } from "@/components/fleet/time-words";
import type { TimeWindow } from "@/lib/telemetry/thing-live";
import type { ThingSeries } from "@/lib/telemetry/thing-series";
import { formatTime } from "./axis-ticks";

/** One sample of a chart, with a value per line; NaN where the message had none. */
export interface ChartRow {
  atMs: number;
  values: number[];
  /** Kept by the server about once a minute, not heard by this tab. */
  isPast: boolean;
}

interface RowSources {
  series: ThingSeries;
  /** What the server kept where `series` has nothing. */
  past: ThingSeries;
  metrics: { index: number; pastIndex: number }[];
  window: TimeWindow;
}

/** Every sample of the window from both sources, oldest first. */
export function rowsOf({ series, past, metrics, window }: RowSources): ChartRow[] {
  const take = (source: ThingSeries, isPast: boolean): ChartRow[] => {
    const rows: ChartRow[] = [];
    for (let row = source.rowAt(window.fromMs); row < source.rowCount; row += 1) {
      const atMs = source.timeAt(row);
      if (atMs > window.toMs) break;
      rows.push({ atMs, values: metrics.map(({ index, pastIndex }) => source.valueAt(isPast ? pastIndex : index, row)), isPast });
    }
    return rows;
  };
  return [...take(past, true), ...take(series, false)].sort((a, b) => a.atMs - b.atMs);
}

/** What of the window was kept once a minute, in words; "" when nothing was. */
export function pastWords(
  past: ThingSeries,
  { window: { fromMs, toMs }, clock }: { window: TimeWindow; clock: ClockMode },
  firstHeardMs: number | null,
): string {
  const isShown = past.rowAt(fromMs) < past.rowAt(toMs);
  if (!isShown) return "";
  const isAll = firstHeardMs === null || firstHeardMs > toMs;
  if (isAll) return "one sample a minute";
  return firstHeardMs > fromMs
    ? `one sample a minute before ${formatTime(firstHeardMs, clock, false)}`
    : "gaps filled with one sample a minute";
}
