import type { JsonObject } from "../fleet/thing.ts";
import { type AuditOutcome, type AuditRow, type AuditStatus, type Ending, OPEN_STATUSES } from "./audit-row.ts";
import { isFulfilled, isObject, isOverlapping, isReached, pickState } from "./shadow-state.ts";

/** One shadow change, as `update/documents` tells it (AWS.md E.2). */
export interface ShadowChange {
  thing: string;
  site: string | null;
  version: number;
  /** Epoch seconds of AWS's own clock: the same on every delivery of the change. */
  timestamp: number;
  /** When the rule saw it (epoch ms). */
  atMs: number;
  clientToken: string | null;
  before: { desired: JsonObject; reported: JsonObject };
  after: { desired: JsonObject; reported: JsonObject };
  /** What the change did to `desired`, lost leaves as null; empty for a report. */
  desiredDiff: JsonObject;
}

/** The row behind a change of desired, so far as it is known. */
export interface ChangeAuthor {
  id: string;
  kind: AuditRow["kind"];
  /** For withdraw and expiry: the command that is taken back. */
  of: string | null;
}

/** Until the shadow itself shows the write, these say only what the server knew. */
const WRITE_UNKNOWN: ReadonlySet<AuditStatus> = new Set(["pending", "unknown", "failed"]);

/** The version that a write with `version` in it makes when it is taken; null when it was sent without one. */
export function versionIfAccepted(row: AuditRow): number | null {
  return row.version ?? (row.expectedVersion === null ? null : row.expectedVersion + 1);
}

/** True when this change is this row's own write, and not the device's echo of its token or somebody's reuse of it. */
export function isOwnWrite(row: AuditRow, change: ShadowChange): boolean {
  if (row.thing !== change.thing || change.clientToken !== row.id || row.patch === null) return false;
  if (row.status === "denied" || row.status === "refused") return false;
  const expected = versionIfAccepted(row);
  if (expected !== null) return expected === change.version;
  return isReached(change.after.desired, row.patch);
}

/** The row once the shadow has taken its write: it waits for the device, unless the device already said so. */
export function accept(row: AuditRow, accepted: { version: number; atMs: number; reported?: JsonObject | undefined }): AuditRow {
  if (!WRITE_UNKNOWN.has(row.status)) return row.version === null ? next(row, { version: accepted.version }) : row;
  const waiting: AuditRow = next(row, {
    status: "accepted",
    statusAtMs: accepted.atMs,
    acceptedAtMs: accepted.atMs,
    version: accepted.version,
    deadlineMs: row.expiresAtMs ?? accepted.atMs + row.timeoutMs,
  });
  if (row.early && (row.early.version ?? 0) > accepted.version) return { ...close(waiting, row.early), revision: waiting.revision };
  if (accepted.reported && row.patch && isFulfilled(accepted.reported, row.patch)) {
    // The device had it before it was asked: true, and nothing to wait for.
    const reported = pickState(accepted.reported, row.patch);
    return {
      ...close(waiting, { status: "confirmed", atMs: accepted.atMs, version: accepted.version, reported }),
      revision: waiting.revision,
    };
  }
  return waiting;
}

/** The row when the shadow refused the write, or was never reached. */
export function refuse(row: AuditRow, refusal: { status: "refused" | "denied" | "failed"; code: string; atMs: number }): AuditRow {
  if (row.status !== "pending") return row;
  return next(row, { status: refusal.status, statusAtMs: refusal.atMs, code: refusal.code, deadlineMs: null, early: null });
}

/** The row after a shadow change by somebody else or by the device. Answers the same object when nothing about it changed. */
export function observe(row: AuditRow, change: ShadowChange, author: ChangeAuthor | null): AuditRow {
  const isWriteUnknown = WRITE_UNKNOWN.has(row.status);
  if ((!OPEN_STATUSES.has(row.status) && !isWriteUnknown) || row.patch === null || row.thing !== change.thing) return row;
  const own = versionIfAccepted(row);
  if (own === null || change.version < own) return row;
  if (change.version === own) return refuseTaken(row, change);
  const ending = endingOf(row, change, author);
  // AWS may yet tell of the write, after what came of it: also when the row was given up meanwhile.
  if (isWriteUnknown) return ending && !row.early ? next(row, { early: ending }) : row;
  if (ending) return close(row, ending);
  const reported = pickState(change.after.reported, row.patch);
  const isNews = JSON.stringify(reported) !== JSON.stringify(pickState(change.before.reported, row.patch));
  return isNews ? next(row, { reported }) : row;
}

/** Another write made the version that this row's write asked for, so AWS refuses it, whether or not its answer ever arrives. */
function refuseTaken(row: AuditRow, change: ShadowChange): AuditRow {
  if (row.status !== "pending" || isOwnWrite(row, change)) return row;
  return refuse(row, { status: "refused", code: "shadow/conflict", atMs: change.atMs });
}

/** The shadow as it stands at a row's deadline, and whether the log knows a later change of the same fields. */
export interface DeadlineView {
  shadow: { version: number; desired: JsonObject; reported: JsonObject } | null;
  isOverwritten: boolean;
}

/** The row at its deadline; without a shadow it was deleted. */
export function settleAtDeadline(row: AuditRow, { shadow, isOverwritten }: DeadlineView, nowMs: number): AuditRow {
  if (!OPEN_STATUSES.has(row.status) || row.patch === null) return row;
  if (!shadow) return close(row, { status: "changed-by-someone-else", atMs: nowMs, words: "the shadow was deleted" });
  const reported = pickState(shadow.reported, row.patch);
  if (row.status === "pending") return settlePending(row, { shadow, isOverwritten }, nowMs);
  if (isFulfilled(shadow.reported, row.patch)) return close(row, { status: "confirmed", atMs: nowMs, version: shadow.version, reported });
  if (!isReached(shadow.desired, row.patch))
    return close(row, { status: "changed-by-someone-else", atMs: nowMs, version: shadow.version, reported });
  const words = deviceWords(row, shadow.reported);
  if (words !== null) return close(row, { status: "rejected-by-device", atMs: nowMs, version: shadow.version, reported, words });
  if (row.status === "timed-out") return row;
  return next(row, { status: "timed-out", statusAtMs: nowMs, reported, deadlineMs: null });
}

/** The row after somebody decided to give the device more time; undefined when there is nothing to wait for. */
export function keepWaiting(row: AuditRow, nowMs: number): AuditRow | undefined {
  if (row.status !== "timed-out" && row.status !== "accepted") return undefined;
  return next(row, { status: "accepted", statusAtMs: nowMs, deadlineMs: Math.max(row.deadlineMs ?? 0, nowMs + row.timeoutMs) });
}

/** A final outcome; `latencyMs` is given to confirmed rows only. */
export function close(row: AuditRow, ending: Ending): AuditRow {
  const { status, atMs, reported, words, byId } = ending;
  return next(row, {
    status,
    statusAtMs: atMs,
    latencyMs: status === "confirmed" ? Math.max(0, atMs - row.atMs) : null,
    reported: reported ?? row.reported,
    words: words ?? row.words,
    byId: byId ?? row.byId,
    deadlineMs: null,
    early: null,
  });
}

/** A pending row whose server fell silent: what its version tells about the write (J08, G14). */
function settlePending(row: AuditRow, view: DeadlineView & { shadow: { version: number; desired: JsonObject } }, nowMs: number): AuditRow {
  const own = versionIfAccepted(row);
  // Without its version the write was never made, nor when its values are not there and nobody has replaced them. Otherwise only the change
  // itself could tell whose it was, and that has not come by.
  const isMissing = !isReached(view.shadow.desired, row.patch ?? {}) && !view.isOverwritten;
  const isAbsent = isMissing || (own !== null && view.shadow.version < own);
  if (isAbsent) return next(row, { status: "failed", statusAtMs: nowMs, code: "shadow/unavailable", deadlineMs: null });
  return next(row, { status: "unknown", statusAtMs: nowMs, code: "shadow/outcome-unknown", deadlineMs: null });
}

function endingOf(row: AuditRow, change: ShadowChange, author: ChangeAuthor | null): Ending | null {
  const patch = row.patch ?? {};
  const seen = { atMs: change.atMs, version: change.version };
  const reported = pickState(change.after.reported, patch);
  const isReplaced = isOverlapping(change.desiredDiff, patch) && !isReached(change.after.desired, patch);
  if (isReplaced) return { ...seen, reported, ...replacement(row, author) };
  if (isFulfilled(change.after.reported, patch)) return { ...seen, status: "confirmed", reported };
  const words = isObject(change.after.reported.lastError) && isNewError(change) ? deviceWords(row, change.after.reported) : null;
  return words === null ? null : { ...seen, status: "rejected-by-device", reported, words };
}

function replacement(row: AuditRow, author: ChangeAuthor | null): { status: AuditOutcome["status"]; byId?: string } {
  if (!author || author.kind === "outside") return { status: "changed-by-someone-else", ...(author && { byId: author.id }) };
  if (author.kind === "withdraw" && author.of === row.id) return { status: "withdrawn", byId: author.id };
  if (author.kind === "expiry" && author.of === row.id) return { status: "expired", byId: author.id };
  return { status: "superseded", byId: author.id };
}

/** A device that refuses reports `lastError: { commandId, field, message }`; without a command id the field tells. */
function deviceWords(row: AuditRow, reported: JsonObject): string | null {
  const error = reported.lastError;
  if (!isObject(error)) return null;
  const isMine = typeof error.commandId === "string" ? error.commandId === row.id : false;
  const isMyField = (error.commandId ?? null) === null && typeof error.field === "string" && row.fields.includes(error.field);
  if (!isMine && !isMyField) return null;
  const text = typeof error.message === "string" ? error.message : "refused without a reason";
  return text.slice(0, 500);
}

function isNewError({ before, after }: ShadowChange): boolean {
  return JSON.stringify(before.reported.lastError ?? null) !== JSON.stringify(after.reported.lastError ?? null);
}

function next(row: AuditRow, change: Partial<AuditOutcome>): AuditRow {
  return { ...row, ...change, revision: row.revision + 1 };
}
