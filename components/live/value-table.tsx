import { usePreferences } from "@/components/shell/preferences-provider";
import { formatMoment } from "./chart/axis-ticks";
import type { ChartRow } from "./chart/chart-rows";

interface ValueTableProps {
  readonly title: string;
  readonly metrics: string[];
  readonly columns: string[];
  readonly textOf: (metric: string, value: number) => string;
  readonly rows: ChartRow[];
}

/** A chart's values as text, as they stood when the table was opened; rows that were kept once a minute say so. */
export function ValueTable({ title, metrics, columns, textOf, rows }: ValueTableProps) {
  const { clock } = usePreferences();
  const spanMs = (rows[0]?.atMs ?? 0) - (rows.at(-1)?.atMs ?? 0);
  const hasPast = rows.some(({ isPast }) => isPast);
  return (
    <div className="relative mt-2 max-h-64 overflow-auto" tabIndex={0} role="region" aria-label={`${title}, values`}>
      <table className="text-small w-full tabular-nums">
        <thead>
          <tr>
            <th scope="col" className="text-left">
              Time
            </th>
            {columns.map((column) => (
              <th key={column} scope="col" className="text-right">
                {column}
              </th>
            ))}
            {hasPast && (
              <th scope="col" className="pl-4 text-left">
                Kept
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.atMs}${row.isPast ? "p" : ""}`}>
              <td>{formatMoment(row.atMs, clock, spanMs)}</td>
              {row.values.map((value, i) => (
                <td key={columns[i]} className="text-right">
                  {Number.isNaN(value) ? "–" : textOf(metrics[i] ?? "", value)}
                </td>
              ))}
              {hasPast && <td className="text-ink-3 pl-4">{row.isPast ? "once a minute" : "live"}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
