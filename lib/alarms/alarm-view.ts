import { alarmKey, type AlarmRow, type AlarmState, alarmState, isActive, type Severity, SEVERITY_RANK } from "./alarm-row.ts";

/** An alarm as a browser gets it: who answered it by name only. Times are epoch ms by the cloud's clock. */
export interface AlarmView extends Pick<
  AlarmRow,
  "site" | "thing" | "thingType" | "metric" | "severity" | "peak" | "value" | "words" | "raisedAtMs" | "lastSeenMs"
> {
  /** The thing's own name for people. */
  label: string;
  isActive: boolean;
  state: AlarmState;
  acknowledged: { by: string; atMs: number; note: string } | null;
  snoozed: { by: string; atMs: number; untilMs: number } | null;
  assigned: { to: string; by: string; atMs: number } | null;
}

/** How many alarms of the viewer's sites are in each state, whatever the filter. `active` counts those beyond their limit now, by severity. */
export interface AlarmCounts {
  unacknowledged: number;
  acknowledged: number;
  snoozed: number;
  cleared: number;
  active: Record<Severity, number>;
}

/** GET /api/alarms. */
export interface AlarmsAnswer {
  /** The most pressing first. */
  alarms: AlarmView[];
  /** All that match; `alarms` may be fewer. */
  totalCount: number;
  counts: AlarmCounts;
  readAtMs: number;
}

/** What a browser may know of a row; `label` is the thing's. */
export function toAlarmView(row: AlarmRow, { label, nowMs }: { label: string; nowMs: number }): AlarmView {
  const { site, thing, thingType, metric, severity, peak, value, words, raisedAtMs, lastSeenMs, acknowledged, snoozed, assigned } = row;
  return {
    ...{ site, thing, label, thingType, metric, severity, peak, value, words, raisedAtMs, lastSeenMs },
    isActive: isActive(row, nowMs),
    state: alarmState(row, nowMs),
    acknowledged: acknowledged ? { by: acknowledged.by.name, atMs: acknowledged.atMs, note: acknowledged.note } : null,
    snoozed: snoozed && snoozed.untilMs > nowMs ? { by: snoozed.by.name, atMs: snoozed.atMs, untilMs: snoozed.untilMs } : null,
    assigned: assigned ? { to: assigned.to, by: assigned.by.name, atMs: assigned.atMs } : null,
  };
}

/** Counts over all alarms given. */
export function countAlarms(alarms: readonly AlarmView[]): AlarmCounts {
  const counts: AlarmCounts = { unacknowledged: 0, acknowledged: 0, snoozed: 0, cleared: 0, active: { critical: 0, warning: 0 } };
  for (const { state, isActive: isBreaking, severity } of alarms) {
    counts[state] += 1;
    if (isBreaking) counts.active[severity] += 1;
  }
  return counts;
}

const STATE_RANK: Record<AlarmState, number> = { unacknowledged: 0, acknowledged: 1, snoozed: 2, cleared: 3 };

/** Unanswered before answered, standing before past, critical before warning, newest first. */
export function compareAlarms(a: AlarmView, b: AlarmView): number {
  return (
    STATE_RANK[a.state] - STATE_RANK[b.state] ||
    Number(b.isActive) - Number(a.isActive) ||
    SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity] ||
    b.raisedAtMs - a.raisedAtMs ||
    alarmKey(a).sk.localeCompare(alarmKey(b).sk)
  );
}
