import { toCsvLine } from "@/lib/shadow/csv";
import type { TimeWindow } from "@/lib/telemetry/thing-live";
import type { ThingSeries } from "@/lib/telemetry/thing-series";

/** Seven digits are what is kept of a value; more would be noise. */
const toCell = (value: number): number | null =>
  Number.isNaN(value) ? null : Number(value.toPrecision(Math.abs(value) >= 100_000 ? 15 : 7));

export interface CsvInput {
  series: ThingSeries;
  window: TimeWindow;
  columns: { index: number; label: string; unit: string }[];
}

/** Exactly the samples inside the window, one row each, times in UTC. */
export function toCsv({ series, window, columns }: CsvInput): string {
  const head = ["time", ...columns.map(({ label, unit }) => (unit === "" ? label : `${label} (${unit})`))];
  const lines = [toCsvLine(head)];
  for (let row = series.rowAt(window.fromMs); row < series.rowCount; row += 1) {
    const atMs = series.timeAt(row);
    if (atMs > window.toMs) break;
    const cells = columns.map(({ index }) => toCell(series.valueAt(index, row)));
    if (cells.some((cell) => cell !== null)) lines.push(toCsvLine([new Date(atMs).toISOString(), ...cells]));
  }
  return lines.join("");
}
