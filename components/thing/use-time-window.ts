"use client";

import { parseAsInteger, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo } from "react";
import type { TimeWindow } from "@/lib/telemetry/thing-live";

export const SPANS = [
  { id: "2m", label: "2 min", ms: 2 * 60_000 },
  { id: "10m", label: "10 min", ms: 10 * 60_000 },
  { id: "1h", label: "1 h", ms: 60 * 60_000 },
  { id: "6h", label: "6 h", ms: 6 * 60 * 60_000 },
  { id: "24h", label: "24 h", ms: 24 * 60 * 60_000 },
  { id: "7d", label: "7 d", ms: 7 * 24 * 60 * 60_000 },
] as const;
/** The longest that can be chosen by a press. */
export const LONGEST = SPANS[SPANS.length - 1] ?? SPANS[0];
export type SpanId = (typeof SPANS)[number]["id"];

const PARSERS = {
  last: parseAsStringLiteral(SPANS.map((span) => span.id)).withDefault("2m"),
  from: parseAsInteger,
  to: parseAsInteger,
};

/** A window worth drawing: forwards, and at least a second long. */
export const toWindow = (from: number | null, to: number | null): TimeWindow | null =>
  from !== null && to !== null && from > 0 && to - from >= 1000 ? { fromMs: from, toMs: to } : null;

/** The time window of all charts of the page, held by the URL: either "the last …", following live, or a fixed stretch. */
export function useTimeWindow() {
  const [{ last, from, to }, setParams] = useQueryStates(PARSERS, { history: "replace" });
  const window = useMemo(() => toWindow(from, to), [from, to]);
  return {
    last,
    windowMs: SPANS.find((span) => span.id === last)?.ms ?? SPANS[0].ms,
    window,
    setLast: (id: SpanId) => void setParams({ last: id, from: null, to: null }),
    setWindow: (next: TimeWindow | null) =>
      void setParams(next === null ? { from: null, to: null } : { from: Math.round(next.fromMs), to: Math.round(next.toMs) }),
  };
}
