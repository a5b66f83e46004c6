"use client";

import { X } from "lucide-react";
import { inertText } from "@/components/fleet/inert-text";
import { useSites } from "@/components/fleet/use-sites";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { Segmented } from "@/components/ui/tabs";
import { ALARM_STATES, type AlarmState, SEVERITIES, type Severity } from "@/lib/alarms/alarm-row";
import type { AlarmCounts } from "@/lib/alarms/alarm-view";
import { SEVERITY_LOOKS, STATE_WORDS } from "./alarm-words";
import type { useAlarmQuery } from "./use-alarm-query";

interface AlarmFiltersProps {
  readonly query: ReturnType<typeof useAlarmQuery>;
  readonly counts: AlarmCounts | undefined;
}

/** By state with counts, by severity, by site; all of it in the URL. */
export function AlarmFilters({ query, counts }: AlarmFiltersProps) {
  const { params, isFiltered, set, clear } = query;
  const { sites } = useSites();
  const stateItems = [
    { id: "" as AlarmState | "", label: "All" },
    ...ALARM_STATES.map((id) => ({
      id,
      label: (
        <>
          {STATE_WORDS[id]}
          {counts && counts[id] > 0 && <span className="text-micro tabular-nums opacity-80">{counts[id].toLocaleString("en")}</span>}
        </>
      ),
    })),
  ];
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Segmented
        label="State"
        items={stateItems}
        value={params.state.length === 1 ? (params.state[0] ?? "") : ""}
        onChange={(id) => set({ state: id === "" ? null : [id] })}
      />
      <Select
        aria-label="Severity"
        value={params.severity.length === 1 ? params.severity[0] : ""}
        onChange={(event) => set({ severity: event.target.value === "" ? null : [event.target.value as Severity] })}
      >
        <option value="">Any severity</option>
        {SEVERITIES.map((severity) => (
          <option key={severity} value={severity}>
            {SEVERITY_LOOKS[severity].word}
          </option>
        ))}
      </Select>
      {sites.length > 1 && (
        <Select aria-label="Site" value={params.site ?? ""} onChange={(event) => set({ site: event.target.value || null })}>
          <option value="">All sites</option>
          {sites.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </Select>
      )}
      {params.thing !== null && <span className="text-small text-ink-2">of {inertText(params.thing, 60)}</span>}
      {isFiltered && (
        <Button size="small" tone="quiet" icon={<X className="size-3.5" aria-hidden />} onClick={clear}>
          Clear filters
        </Button>
      )}
    </div>
  );
}
