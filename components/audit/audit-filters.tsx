"use client";

import { X } from "lucide-react";
import { useId } from "react";
import useSWR from "swr";
import { inertText } from "@/components/fleet/inert-text";
import { toSearch } from "@/components/fleet/fleet-query";
import { useSites } from "@/components/fleet/use-sites";
import { Button } from "@/components/ui/button";
import { Input, Select } from "@/components/ui/field";
import { SEARCH_LENGTH_MAX, type ThingsPage } from "@/lib/fleet/thing";
import type { AuditKind, AuditStatus } from "@/lib/shadow/audit-row";
import { AUDIT_STATUS_LIST, KINDS, OUTCOMES } from "./outcome-words";
import type { AuditQueryControls, Span } from "./use-audit-query";

interface AuditFiltersProps {
  readonly query: AuditQueryControls;
}

const OFFERED_MAX = 8;
/** Fewer letters name half the fleet. */
const PART_LENGTH_MIN = 2;

const TEXTS = [
  { name: "who", label: "Who", width: "sm:w-32" },
  { name: "field", label: "Field", width: "sm:w-28" },
] as const;

/** Takes a whole name, by which the log is kept; offers the names and labels of the viewer's devices that hold what is typed. */
function DeviceFilter({ query: { params, setText } }: AuditFiltersProps) {
  const listId = useId();
  const part = params.thing.trim().slice(0, SEARCH_LENGTH_MAX);
  const { data } = useSWR<ThingsPage>(
    part.length < PART_LENGTH_MIN ? null : `/api/things?${toSearch({ q: part }, { limit: OFFERED_MAX })}`,
    { keepPreviousData: true },
  );
  const offered = part.length < PART_LENGTH_MIN ? [] : (data?.things ?? []);
  return (
    <span className="max-sm:col-span-2 sm:w-44">
      <Input
        type="search"
        aria-label="Device"
        placeholder="Device"
        list={listId}
        maxLength={128}
        value={params.thing}
        onChange={(event) => setText("thing", event.target.value)}
      />
      <datalist id={listId}>
        {offered.map(({ thingName, label }) => (
          <option key={thingName} value={thingName}>
            {inertText(label || thingName, 80)}
          </option>
        ))}
      </datalist>
    </span>
  );
}

function Filters({ query }: AuditFiltersProps) {
  const { params, set, setText } = query;
  const { sites } = useSites();
  return (
    <>
      <DeviceFilter query={query} />
      {TEXTS.map(({ name, label, width }) => (
        <span key={name} className={width}>
          <Input
            type="search"
            aria-label={label}
            placeholder={label}
            maxLength={128}
            value={params[name]}
            onChange={(event) => setText(name, event.target.value)}
          />
        </span>
      ))}
      {sites.length > 1 && (
        <Select aria-label="Site" value={params.site} onChange={(event) => set({ site: event.target.value || null })}>
          <option value="">All sites</option>
          {sites.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </Select>
      )}
      <Select
        aria-label="Outcome"
        value={params.status.length === 1 ? params.status[0] : params.status.length === 0 ? "" : "some"}
        onChange={(event) => set({ status: event.target.value === "" ? null : [event.target.value as AuditStatus] })}
      >
        <option value="">Any outcome</option>
        {params.status.length > 1 && <option value="some">{params.status.length} outcomes</option>}
        {AUDIT_STATUS_LIST.map((status) => (
          <option key={status} value={status}>
            {OUTCOMES[status].word}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Kind"
        value={params.kind.length === 1 ? params.kind[0] : params.kind.length === 0 ? "" : "some"}
        onChange={(event) => set({ kind: event.target.value === "" ? null : [event.target.value as AuditKind] })}
      >
        <option value="">Every kind</option>
        {params.kind.length > 1 && <option value="some">{params.kind.length} kinds</option>}
        {(Object.keys(KINDS) as AuditKind[]).map((kind) => (
          <option key={kind} value={kind}>
            {KINDS[kind]}
          </option>
        ))}
      </Select>
      <Select aria-label="Time" value={params.span} onChange={(event) => set({ span: event.target.value as Span })}>
        <option value="1h">Last hour</option>
        <option value="24h">Last 24 h</option>
        <option value="7d">Last 7 days</option>
        <option value="90d">All 90 days</option>
      </Select>
    </>
  );
}

/** The log's filters: text, choices, time; all of them in the address. */
export function AuditFilters({ query }: AuditFiltersProps) {
  const { params, isFiltered, set, clear } = query;
  return (
    <div role="search" aria-label="Filter the log" className="grid grid-cols-2 items-center gap-2 sm:flex sm:flex-wrap">
      <Filters query={query} />
      {params.run !== "" && (
        <Button size="small" onClick={() => set({ run: null })} icon={<X className="size-3.5" aria-hidden />}>
          Run {params.run.slice(0, 8)}
        </Button>
      )}
      {isFiltered && (
        <Button tone="quiet" size="small" onClick={clear} className="justify-self-start">
          Clear filters
        </Button>
      )}
    </div>
  );
}
