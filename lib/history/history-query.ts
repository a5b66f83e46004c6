import { z } from "zod";
import { AppError } from "../platform/app-error.ts";
import type { HistoryQuery } from "./history-page.ts";

const DAY_MS = 86_400_000;
/** A request spans at most this; a longer past is asked for in pieces. */
export const HISTORY_SPAN_MS_MAX = 8 * DAY_MS;
const METRICS_MAX = 64;
const NAME_LENGTH_MAX = 96;
/** Years 2001 to 2286, as for device times. */
const instant = z
  .string()
  .regex(/^[1-9]\d{12}$/)
  .transform(Number);

const querySchema = z.strictObject({
  from: instant,
  to: instant,
  metrics: z
    .string()
    .max(METRICS_MAX * (NAME_LENGTH_MAX + 1))
    .transform((list) => list.split(",").filter((name) => name !== ""))
    .pipe(z.array(z.string().max(NAME_LENGTH_MAX)).max(METRICS_MAX))
    .optional(),
  cursor: z.string().min(1).max(400).optional(),
});

/**
 * Reads the query string of GET /api/things/{thing}/history: `from` and `to` in epoch ms, `metrics` as a comma list (all without it), `cursor`.
 * Throws ZodError naming the field, and history/invalid for a stretch that is none or too long.
 */
export function parseHistoryQuery(query: URLSearchParams): HistoryQuery {
  const given = [...query.keys()];
  const twice = given.find((name, at) => given.indexOf(name) !== at);
  if (twice !== undefined) throw new AppError("request/malformed", { details: { fields: [twice] } });
  const { from, to, metrics, cursor } = querySchema.parse(Object.fromEntries(query));
  if (to <= from) throw invalid("to", "The end must lie after the beginning.");
  if (to - from > HISTORY_SPAN_MS_MAX) throw invalid("from", "At most eight days can be asked for at once.");
  return { fromMs: from, toMs: to, metrics: metrics && metrics.length > 0 ? metrics : null, cursor: cursor ?? null };
}

function invalid(field: string, sentence: string): AppError {
  return new AppError("history/invalid", { sentence, details: { field } });
}
