import { z } from "zod";
import { createTelemetryParser } from "../telemetry/telemetry-parser.ts";
import type { HistoryPage } from "./history-page.ts";

/** A row as the rule `thingdeck_history` writes it (infra/constructs/history-rule.ts). */
const rowSchema = z.object({ sk: z.number(), atMs: z.number(), data: z.string() });

type Columns = Pick<HistoryPage, "times" | "values">;

/**
 * Rows as columns of numbers. The kept bytes pass the same border as a live message, so history shows nothing that live would have
 * refused; booleans are 1 and 0, and a row that cannot be read is left out: a gap, not a value.
 */
export function toColumns(rows: readonly unknown[], metrics: readonly string[] | null): Columns {
  const wanted = metrics && new Set(metrics);
  const parser = createTelemetryParser();
  const { fields } = parser;
  const times: number[] = [];
  const values = new Map<string, (number | null)[]>(metrics?.map((metric) => [metric, []]));
  for (const row of rows) {
    const parsed = rowSchema.safeParse(row);
    if (!parsed.success || parser.parse(Buffer.from(parsed.data.data, "base64")) !== null) continue;
    const at = times.length;
    times.push(parsed.data.atMs);
    for (let i = 0; i < fields.count; i += 1) {
      const name = fields.names[i] ?? "";
      if (fields.kinds[i] === "text" || (wanted && !wanted.has(name))) continue;
      const column = values.get(name) ?? [];
      values.set(name, column);
      while (column.length < at) column.push(null);
      column[at] = fields.values[i] ?? null;
    }
  }
  for (const column of values.values()) while (column.length < times.length) column.push(null);
  return { times, values: Object.fromEntries(values) };
}
