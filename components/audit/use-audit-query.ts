"use client";

import { debounce, parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo } from "react";
import type { AuditKind } from "@/lib/shadow/audit-row";
import { AUDIT_STATUS_LIST, KINDS } from "./outcome-words";

export const SPANS = { "1h": 3_600_000, "24h": 86_400_000, "7d": 7 * 86_400_000, "90d": 90 * 86_400_000 } as const;
export type Span = keyof typeof SPANS;
const SPAN_IDS = Object.keys(SPANS) as Span[];
const KIND_IDS = Object.keys(KINDS) as AuditKind[];
const DELAY_MS = 300;

const PARSERS = {
  thing: parseAsString.withDefault(""),
  who: parseAsString.withDefault(""),
  field: parseAsString.withDefault(""),
  site: parseAsString.withDefault(""),
  run: parseAsString.withDefault(""),
  status: parseAsArrayOf(parseAsStringLiteral(AUDIT_STATUS_LIST)).withDefault([]),
  kind: parseAsArrayOf(parseAsStringLiteral(KIND_IDS)).withDefault([]),
  span: parseAsStringLiteral(SPAN_IDS).withDefault("90d"),
  /** One row, by its command id: the permalink. */
  row: parseAsString,
};

/** The log's filters, held by the URL. */
export function useAuditQuery() {
  const [params, setParams] = useQueryStates(PARSERS, { history: "replace" });
  const { thing, who, field, site, run, status, kind, span } = params;
  const search = useMemo(() => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ thing, who, field, site, run })) if (value.trim() !== "") query.set(name, value.trim());
    if (status.length > 0) query.set("status", status.join(","));
    if (kind.length > 0) query.set("kind", kind.join(","));
    return query.toString();
  }, [thing, who, field, site, run, status, kind]);
  return {
    params,
    search,
    isFiltered: search !== "" || span !== "90d",
    setText: (name: "thing" | "who" | "field" | "run" | "site", text: string) =>
      void setParams({ [name]: text || null }, { limitUrlUpdates: debounce(DELAY_MS) }),
    set: (change: Parameters<typeof setParams>[0]) => void setParams(change, { history: "push" }),
    clear: () => void setParams({ thing: null, who: null, field: null, site: null, run: null, status: null, kind: null, span: null }),
  };
}

export type AuditQueryControls = ReturnType<typeof useAuditQuery>;
