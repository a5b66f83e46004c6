/** Rows are kept this long after the value was last beyond its limit. */
export const ALARM_DAYS = 30;
/** In place of a metric: what the device itself reports as `alarm` in its shadow. */
export const FAULT = "@fault";
/** A value that stayed within its limits this long is a cleared alarm; things that report seldom get five of their intervals. */
const CLEAR_AFTER_MS_MIN = 60_000;
const CLEAR_AFTER_INTERVALS = 5;

export const SEVERITIES = ["critical", "warning"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A higher rank is worse. */
export const SEVERITY_RANK: Readonly<Record<Severity, number>> = { warning: 1, critical: 2 };

interface Person {
  sub: string;
  username: string;
  name: string;
}

/** One alarm of one thing: of a metric, or of what the device reports itself. The same row serves every time it is raised. */
export interface AlarmRow {
  site: string;
  thing: string;
  metric: string;
  thingType: string | null;
  /** Of the newest value beyond a limit. */
  severity: Severity;
  /** The worst since it was raised. */
  peak: Severity;
  /** The newest value beyond a limit; null for a fault. */
  value: number | null;
  /** A fault in the device's own words. */
  words: string | null;
  raisedAtMs: number;
  lastSeenMs: number;
  /** How long it has to stay away to count as cleared; 0 while a fault stands, which only its device can end. */
  clearAfterMs: number;
  /** Set when the device took its fault back. */
  clearedAtMs: number | null;
  acknowledged?: { by: Person; atMs: number; note: string } | null | undefined;
  snoozed?: { by: Person; atMs: number; untilMs: number } | null | undefined;
  /** `to` is a name as people write it: the server knows of no list of people. */
  assigned?: { to: string; by: Person; atMs: number } | null | undefined;
}

/** The longest name that an alarm can be assigned to. */
export const ASSIGNEE_LENGTH_MAX = 80;

/** The key of an alarm: its site's partition, the thing and the metric. */
export const alarmKey = ({ site, thing, metric }: Pick<AlarmRow, "site" | "thing" | "metric">): { pk: string; sk: string } => ({
  pk: site,
  sk: `${thing}#${metric}`,
});

/** How long a value of a thing that reports every `intervalMs` has to stay within its limits to count as cleared. */
export const clearAfterMs = (intervalMs: number): number => Math.max(CLEAR_AFTER_MS_MIN, CLEAR_AFTER_INTERVALS * intervalMs);

/** Whether the limit is being broken at `nowMs`. */
export function isActive({ lastSeenMs, clearAfterMs: patienceMs, clearedAtMs, metric }: AlarmRow, nowMs: number): boolean {
  return metric === FAULT ? clearedAtMs === null : nowMs - lastSeenMs <= patienceMs;
}

export const ALARM_STATES = ["unacknowledged", "acknowledged", "snoozed", "cleared"] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

/** The one word for an alarm. An alarm that cleared before anybody saw it still waits for a person. */
export function alarmState(row: AlarmRow, nowMs: number): AlarmState {
  if (row.snoozed && row.snoozed.untilMs > nowMs) return isActive(row, nowMs) ? "snoozed" : "cleared";
  if (!row.acknowledged) return "unacknowledged";
  return isActive(row, nowMs) ? "acknowledged" : "cleared";
}

/** Everything that a person's answer to an alarm may name: the server's policy holds this list (infra/constructs/server-role.ts). */
export const ALARM_ANSWER_ATTRIBUTES: readonly string[] = ["pk", "sk", "raisedAtMs", "acknowledged", "snoozed", "assigned"];
