import { z } from "zod";
import { describeField, describeMetric } from "../fleet/describe-thing.ts";
import { AUDIT_DAYS, isAlarmAnswer, type AuditKind, type AuditRow, type AuditStatus } from "./audit-row.ts";
import { type AuditIndex, AUDIT_STATUSES } from "./audit-store.ts";

const DAY_MS = 86_400_000;
const KINDS: readonly AuditKind[] = ["command", "withdraw", "expiry", "outside", "lock", "unlock", "acknowledge", "snooze", "assign"];

const listOf = <Word extends string>(words: readonly Word[]) =>
  z
    .string()
    .transform((list) => list.split(",").filter(Boolean))
    .pipe(z.array(z.enum(words as [Word, ...Word[]])).max(words.length));

/** The query string of GET /api/audit. Instants are epoch ms. */
export const auditFilterSchema = z.strictObject({
  thing: z.string().min(1).max(128).optional(),
  run: z.string().min(1).max(64).optional(),
  site: z.string().min(1).max(32).optional(),
  /** Part of a name or user name. */
  who: z.string().min(1).max(128).optional(),
  /** A field's name, or part of its label. */
  field: z.string().min(1).max(128).optional(),
  status: listOf<AuditStatus>(AUDIT_STATUSES).optional(),
  kind: listOf<AuditKind>(KINDS).optional(),
  fromMs: z.coerce.number().int().optional(),
  toMs: z.coerce.number().int().optional(),
});

/** See auditFilterSchema. */
export type AuditFilter = z.infer<typeof auditFilterSchema>;

/** True for a row that the filter's words let through; time is judged as well, so partitions may hold more than asked. */
export function matchesFilter(row: AuditRow, filter: AuditFilter): boolean {
  const { thing, run, site, who, field, status, kind, fromMs, toMs } = filter;
  return (
    (thing === undefined || row.thing === thing) &&
    (run === undefined || row.run === run) &&
    (site === undefined || row.site === site) &&
    (who === undefined || isNamed(row, who)) &&
    (field === undefined || isOfField(row, field)) &&
    (status === undefined || status.includes(row.status)) &&
    (kind === undefined || kind.includes(row.kind)) &&
    row.atMs >= (fromMs ?? -Infinity) &&
    row.atMs <= (toMs ?? Infinity)
  );
}

function isNamed({ actor, kind }: AuditRow, who: string): boolean {
  const names = actor ? [actor.name, actor.username] : [kind === "outside" ? "outside" : "system"];
  return names.some((name) => name.toLowerCase().includes(who.toLowerCase()));
}

/** By what the shadow calls the field, or by part of what people call it. */
function isOfField({ fields, kind, thingType }: AuditRow, wanted: string): boolean {
  const types = thingType === undefined ? [] : [thingType];
  const labelOf = (field: string) => (isAlarmAnswer(kind) ? describeMetric(thingType ?? null, field) : describeField(types, field)).label;
  return fields.some((field) => field === wanted || labelOf(field).toLowerCase().includes(wanted.toLowerCase()));
}

/** Where reading stands: an index's partition, and the position after which to go on. */
export interface AuditPosition {
  partition: string;
  beforeAt: string | null;
}

/** The index that answers the filter with the least reading. */
export function indexOf({ thing, run }: AuditFilter): AuditIndex {
  return run === undefined ? (thing === undefined ? "by-time" : "by-thing") : "by-run";
}

/** Where reading starts: the newest row that can match. */
export function startOf(filter: AuditFilter, nowMs: number): AuditPosition {
  const newestMs = Math.min(filter.toMs ?? nowMs, nowMs + DAY_MS);
  const beforeAt = filter.toMs === undefined ? null : `${new Date(clampMs(filter.toMs + 1)).toISOString()}#`;
  return { partition: filter.run ?? filter.thing ?? dayOf(newestMs), beforeAt };
}

/** The day before, while the filter and the log's age still reach it. */
export function previousDay(day: string, filter: AuditFilter, nowMs: number): string | undefined {
  const startMs = Date.parse(`${day}T00:00:00.000Z`);
  const oldestMs = Math.max(filter.fromMs ?? -Infinity, nowMs - (AUDIT_DAYS + 1) * DAY_MS);
  return startMs > oldestMs ? dayOf(startMs - DAY_MS) : undefined;
}

function dayOf(ms: number): string {
  return new Date(clampMs(ms)).toISOString().slice(0, 10);
}

/** Years of four digits only: others would sort elsewhere. */
function clampMs(ms: number): number {
  return Math.min(Math.max(ms, 0), Date.UTC(9999, 11, 31));
}
