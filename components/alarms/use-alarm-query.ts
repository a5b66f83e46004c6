"use client";

import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { ALARM_STATES, SEVERITIES } from "@/lib/alarms/alarm-row";

const PARSERS = {
  site: parseAsString,
  thing: parseAsString,
  severity: parseAsArrayOf(parseAsStringLiteral(SEVERITIES)).withDefault([]),
  state: parseAsArrayOf(parseAsStringLiteral(ALARM_STATES)).withDefault([]),
};

/** What the alarm list is narrowed to, held by the URL. */
export function useAlarmQuery() {
  const [params, set] = useQueryStates(PARSERS, { history: "push" });
  const { site, thing, severity, state } = params;
  return {
    params,
    filter: { site: site === null ? [] : [site], thing: thing ?? undefined, severity, state },
    isFiltered: site !== null || thing !== null || severity.length > 0 || state.length > 0,
    set: (change: Parameters<typeof set>[0]) => void set(change),
    clear: () => void set({ site: null, thing: null, severity: null, state: null }),
  };
}
