"use client";

import { debounce, parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo } from "react";
import { SECTION_FIELDS, type SectionField } from "@/lib/fleet/thing-sections";
import { INDEXED_STATES } from "./liveness-words";
import type { FilterField, FleetQuery } from "./fleet-query";
import { DEFAULT_COLUMNS, OPTIONAL_COLUMNS, type OptionalColumn } from "./thing-columns";

const SEARCH_DELAY_MS = 250;

const PARSERS = {
  q: parseAsString.withDefault(""),
  site: parseAsArrayOf(parseAsString).withDefault([]),
  type: parseAsArrayOf(parseAsString).withDefault([]),
  state: parseAsArrayOf(parseAsStringLiteral(INDEXED_STATES)).withDefault([]),
  group: parseAsArrayOf(parseAsString).withDefault([]),
  sort: parseAsString,
  by: parseAsStringLiteral(SECTION_FIELDS),
  cols: parseAsArrayOf(parseAsStringLiteral(OPTIONAL_COLUMNS)).withDefault([...DEFAULT_COLUMNS]),
  layout: parseAsStringLiteral(["table", "grid"] as const).withDefault("table"),
};

/** The list's whole state, held by the URL: a link shows another person the same list. */
export function useFleetQuery() {
  const [params, setParams] = useQueryStates(PARSERS, { history: "replace" });
  const { q, site, type, state, group, sort, cols, layout } = params;
  // Cards have no lines that could head a section.
  const by = layout === "table" ? params.by : null;
  const query = useMemo<FleetQuery>(() => ({ q, site, type, state, group, sort, by }), [q, site, type, state, group, sort, by]);
  return {
    query,
    columns: cols,
    layout,
    setSearch: (text: string) => void setParams({ q: text || null }, { limitUrlUpdates: debounce(SEARCH_DELAY_MS) }),
    setFilter: (field: FilterField, values: readonly string[]) =>
      void setParams({ [field]: values.length === 0 ? null : values }, { history: "push" }),
    setSections: (next: SectionField | null) => void setParams({ by: next }),
    setSort: (next: string | null) => void setParams({ sort: next }),
    setColumns: (next: readonly OptionalColumn[]) => void setParams({ cols: [...next] }),
    setLayout: (next: "table" | "grid") => void setParams({ layout: next }),
    clear: () => void setParams({ q: null, site: null, type: null, state: null, group: null }, { history: "push" }),
  };
}

export type FleetQueryControls = ReturnType<typeof useFleetQuery>;
