import "server-only";
import { siteIndex } from "../fleet/site-index.server.ts";
import { AppError } from "../platform/app-error.ts";
import type { Viewer } from "../session/viewer.server.ts";
import { auditLog } from "../shadow/audit-log.server.ts";
import { type AuditFacts, closedRow, DEFAULT_TIMEOUT_MS } from "../shadow/audit-row.ts";
import { actorOf, type Asker } from "../shadow/request-origin.ts";
import type { AcknowledgeRequest, AlarmsQuery, AssignRequest, SnoozeRequest } from "./alarm-request.ts";
import type { AlarmRow } from "./alarm-row.ts";
import { answerAlarm, siteAlarms } from "./alarm-store.server.ts";
import { type AlarmsAnswer, type AlarmView, compareAlarms, countAlarms, toAlarmView } from "./alarm-view.ts";

const SNOOZE_MS_MAX = 7 * 86_400_000;

/** The alarms of the viewer's sites that match, the most pressing first, and counts over all of them. Throws alarm/unavailable. */
export async function listAlarms(viewer: Pick<Viewer, "sites">, query: AlarmsQuery): Promise<AlarmsAnswer> {
  const nowMs = Date.now();
  const sites = viewer.sites.filter(({ id }) => !query.site?.length || query.site.includes(id));
  const all = (await Promise.all(sites.map(({ id }) => viewsOf(id, nowMs)))).flat();
  const { thing, severity, state, limit } = query;
  const matching = all.filter(
    (alarm) =>
      (thing === undefined || alarm.thing === thing) &&
      (!severity?.length || severity.includes(alarm.severity)) &&
      (!state?.length || state.includes(alarm.state)),
  );
  return {
    alarms: matching.sort(compareAlarms).slice(0, limit),
    totalCount: matching.length,
    counts: countAlarms(all),
    readAtMs: nowMs,
  };
}

async function viewsOf(site: string, nowMs: number): Promise<AlarmView[]> {
  const rows = await siteAlarms(site);
  if (rows.length === 0) return [];
  // Names for people come from the index; without it the thing's own name stands.
  const labels = await siteIndex(site).then(
    ({ things }) => new Map(things.map(({ thingName, label }) => [thingName, label])),
    () => new Map<string, string>(),
  );
  return rows.map((row) => toAlarmView(row, { label: labels.get(row.thing) ?? row.thing, nowMs }));
}

/** Notes that a person has seen the alarm; the audit row comes first. Throws alarm/not-found, alarm/moved-on, session/not-permitted. */
export async function acknowledgeAlarm(asker: Asker, request: AcknowledgeRequest): Promise<AlarmView> {
  const row = await requireAlarm(asker, request);
  const acknowledged = { by: actorOf(asker.viewer), atMs: Date.now(), note: request.note };
  await record(asker, row, { kind: "acknowledge", note: request.note });
  await answerAlarm(row, "acknowledged", acknowledged);
  return toAlarmView({ ...row, acknowledged }, { label: row.thing, nowMs: Date.now() });
}

/** Puts an alarm off until a time, or wakes it; the audit row comes first. Throws as acknowledgeAlarm does, and alarm/invalid. */
export async function snoozeAlarm(asker: Asker, request: SnoozeRequest): Promise<AlarmView> {
  const nowMs = Date.now();
  const { untilMs } = request;
  if (untilMs !== null && (untilMs <= nowMs || untilMs - nowMs > SNOOZE_MS_MAX)) {
    throw new AppError("alarm/invalid", { sentence: "Choose a time within the next seven days.", details: { field: "untilMs" } });
  }
  const row = await requireAlarm(asker, request);
  const snoozed = untilMs === null ? null : { by: actorOf(asker.viewer), atMs: nowMs, untilMs };
  await record(asker, row, { kind: "snooze", note: untilMs === null ? "woken" : `until ${new Date(untilMs).toISOString()}` });
  await answerAlarm(row, "snoozed", snoozed);
  return toAlarmView({ ...row, snoozed }, { label: row.thing, nowMs });
}

/** Says whose task the alarm is, or nobody's; the audit row comes first. Throws as acknowledgeAlarm does. */
export async function assignAlarm(asker: Asker, request: AssignRequest): Promise<AlarmView> {
  const row = await requireAlarm(asker, request);
  const { to } = request;
  const nowMs = Date.now();
  const assigned = to === null ? null : { to, by: actorOf(asker.viewer), atMs: nowMs };
  await record(asker, row, { kind: "assign", note: to === null ? "to nobody" : `to ${to}` });
  await answerAlarm(row, "assigned", assigned);
  return toAlarmView({ ...row, assigned }, { label: row.thing, nowMs });
}

/** The alarm among the viewer's sites, as it was raised when the viewer looked. */
async function requireAlarm(
  { viewer }: Asker,
  { thing, metric, raisedAtMs }: Pick<AcknowledgeRequest, "thing" | "metric" | "raisedAtMs">,
): Promise<AlarmRow> {
  if (viewer.role === "guest") throw new AppError("session/not-permitted");
  const rows = (await Promise.all(viewer.sites.map(({ id }) => siteAlarms(id)))).flat();
  const row = rows.find((known) => known.thing === thing && known.metric === metric);
  // Another site's alarm and no alarm look the same from outside.
  if (!row) throw new AppError("alarm/not-found");
  if (row.raisedAtMs !== raisedAtMs) throw new AppError("alarm/moved-on");
  return row;
}

async function record(
  { viewer, origin }: Asker,
  { thing, thingType, site, metric }: AlarmRow,
  entry: { kind: "acknowledge" | "snooze" | "assign"; note: string },
): Promise<void> {
  const nothing = { patch: null, before: null, expectedVersion: null, expiresAtMs: null, run: null, of: null };
  const facts: AuditFacts = {
    ...{ id: crypto.randomUUID(), atMs: Date.now(), actor: actorOf(viewer), origin, timeoutMs: DEFAULT_TIMEOUT_MS },
    ...{ thing, site, fields: [metric], ...nothing, ...entry },
    ...(thingType !== null && { thingType }),
  };
  await auditLog().insert(closedRow(facts, { status: "recorded" }));
}
