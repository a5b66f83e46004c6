import type { TimeWindow } from "@/lib/telemetry/thing-live";
import type { ThingSeries } from "@/lib/telemetry/thing-series";

/** A cell that a spreadsheet reads as text, never as a formula (HAZARDS F16), quoted where needed. */
export function csvCell(text: string): string {
  const isFormula = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Seven digits are what is kept of a value; more would be noise. */
const toCell = (value: number): string =>
  Number.isNaN(value) ? "" : String(Number(value.toPrecision(Math.abs(value) >= 100_000 ? 15 : 7)));

export interface CsvInput {
  series: ThingSeries;
  window: TimeWindow;
  columns: { index: number; label: string; unit: string }[];
}

/** Exactly the samples inside the window, one row each, times in UTC. */
export function toCsv({ series, window, columns }: CsvInput): string {
  const head = ["time", ...columns.map(({ label, unit }) => (unit === "" ? label : `${label} (${unit})`))];
  const lines = [head.map(csvCell).join(",")];
  for (let row = series.rowAt(window.fromMs); row < series.rowCount; row += 1) {
    const atMs = series.timeAt(row);
    if (atMs > window.toMs) break;
    const cells = columns.map(({ index }) => toCell(series.valueAt(index, row)));
    if (cells.some((cell) => cell !== "")) lines.push([new Date(atMs).toISOString(), ...cells].map(csvCell).join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}
