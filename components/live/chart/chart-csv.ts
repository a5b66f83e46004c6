import { toCsvLine } from "@/lib/shadow/csv";
import type { ChartRow } from "./chart-rows";

/** Seven digits are what is kept of a value; more would be noise. */
const toCell = (value: number): number | null =>
  Number.isNaN(value) ? null : Number(value.toPrecision(Math.abs(value) >= 100_000 ? 15 : 7));

export interface CsvInput {
  rows: readonly ChartRow[];
  columns: { label: string; unit: string }[];
}

/** Exactly the samples that the chart shows, one row each, times in UTC; the last column says which were kept once a minute. */
export function toCsv({ rows, columns }: CsvInput): string {
  const hasPast = rows.some(({ isPast }) => isPast);
  const head = ["time", ...columns.map(({ label, unit }) => (unit === "" ? label : `${label} (${unit})`)), ...(hasPast ? ["kept"] : [])];
  const lines = rows.flatMap(({ atMs, values, isPast }) => {
    const cells = values.map(toCell);
    if (cells.every((cell) => cell === null)) return [];
    return [toCsvLine([new Date(atMs).toISOString(), ...cells, ...(hasPast ? [isPast ? "once a minute" : "live"] : [])])];
  });
  return [toCsvLine(head), ...lines].join("");
}
