import type { JsonObject } from "../fleet/thing.ts";
import { type AuditFacts, type AuditRow, DEFAULT_TIMEOUT_MS, pendingRow } from "./audit-row.ts";
import type { AuditStore } from "./audit-store.ts";
import { accept, close, refuse, settleAtDeadline, versionIfAccepted } from "./command-model.ts";
import { isOverlapping, isReached, pickState, undoPatch } from "./shadow-state.ts";

/** A shadow as the data plane answers it. */
export interface CurrentShadow {
  version: number;
  desired: JsonObject;
  reported: JsonObject;
}

/** What became of a shadow write: `conflict` when `version` was not the current one. */
export type WriteResult = { kind: "accepted"; version: number } | { kind: "conflict" };

/** The data plane as the log needs it. */
export interface ShadowPort {
  /** Undefined when there is no shadow. */
  read(thing: string): Promise<CurrentShadow | undefined>;
  write(thing: string, update: { desired: JsonObject; version: number; clientToken: string }): Promise<WriteResult>;
}

export interface SettleParts {
  store: AuditStore;
  shadows: Pick<ShadowPort, "read">;
  nowMs: () => number;
}

/** True once the row's outcome is owed. */
export function isDue(row: AuditRow, nowMs: number): boolean {
  return (row.status === "pending" || row.status === "accepted") && row.deadlineMs !== null && row.deadlineMs <= nowMs;
}

/** Looks at the shadow and gives a due row its outcome; a queued command whose time is over is not ended here (see expireCommand). */
export async function settleRow(row: AuditRow, { store, shadows, nowMs }: SettleParts): Promise<AuditRow> {
  const shadow = (await shadows.read(row.thing)) ?? null;
  const isOverwritten = await isOverwrittenInLog(row, store);
  const settled = await store.transition(row.id, (latest) => {
    if (!isDue(latest, nowMs())) return latest;
    const outcome = settleAtDeadline(latest, { shadow, isOverwritten }, nowMs());
    const isQueueOver = outcome.status === "timed-out" && latest.expiresAtMs !== null;
    return isQueueOver ? latest : outcome;
  });
  return settled ?? row;
}

const LATER_ROWS = 50;

/** Asked for rows whose write is unknown only; the others need no log to be judged. */
async function isOverwrittenInLog(row: AuditRow, store: AuditStore): Promise<boolean> {
  const own = versionIfAccepted(row);
  if (row.status !== "pending" || own === null) return false;
  const { rows } = await store.listPage({ index: "by-thing", partition: row.thing, limit: LATER_ROWS });
  // More than a page of later rows: one of them may be the one.
  const isWhole = rows.length < LATER_ROWS || rows.some(({ atMs }) => atMs < row.atMs);
  return !isWhole || rows.some(({ version, patch }) => version !== null && version > own && isOverlapping(patch ?? {}, row.patch ?? {}));
}

export interface TakeBackParts extends SettleParts {
  shadows: ShadowPort;
}

/** What a withdraw or expiry row says besides the command it takes back. */
export type TakeBackFacts = Pick<AuditFacts, "id" | "kind" | "actor" | "origin" | "site">;

export type TakeBackResult =
  | { kind: "taken-back"; row: AuditRow }
  /** The device had done it, or somebody had set something else: there was nothing to take back. */
  | { kind: "settled"; row: AuditRow }
  | { kind: "conflict" };

/** Devices report often, and every report moves the version: a few rounds find a quiet moment. */
const ROUNDS_MAX = 5;

/** Sets desired back to what the device reports, as a row of its own, and closes the command as withdrawn or expired. Throws what the ports throw. */
export async function takeBack(command: AuditRow, facts: TakeBackFacts, parts: TakeBackParts): Promise<TakeBackResult> {
  const { store, shadows, nowMs } = parts;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const shadow = await shadows.read(command.thing);
    const patch = command.patch ?? {};
    if (!shadow || !isReached(shadow.desired, patch) || isReached(shadow.reported, patch)) {
      const view = { shadow: shadow ?? null, isOverwritten: await isOverwrittenInLog(command, store) };
      const row = await store.transition(command.id, (latest) => settleAtDeadline(latest, view, nowMs()));
      return { kind: "settled", row: row ?? command };
    }
    const row = takeBackRow(command, facts, { shadow, nowMs: nowMs() });
    await store.insert(row);
    const result = await shadows.write(command.thing, { desired: row.patch ?? {}, version: shadow.version, clientToken: row.id });
    if (result.kind === "accepted") return { kind: "taken-back", row: await closeBoth(command, row, { shadow, result, parts }) };
    await store.transition(row.id, (latest) => refuse(latest, { status: "failed", code: "shadow/conflict", atMs: nowMs() }));
  }
  return { kind: "conflict" };
}

async function closeBoth(
  command: AuditRow,
  row: AuditRow,
  { shadow, result, parts }: { shadow: CurrentShadow; result: { version: number }; parts: TakeBackParts },
): Promise<AuditRow> {
  const atMs = parts.nowMs();
  await parts.store.transition(row.id, (latest) => accept(latest, { version: result.version, atMs, reported: shadow.reported }));
  const status = row.kind === "expiry" ? "expired" : "withdrawn";
  const reported = pickState(shadow.reported, command.patch ?? {});
  const ended = await parts.store.transition(command.id, (latest) =>
    latest.status === "accepted" || latest.status === "timed-out"
      ? close(latest, { status, atMs, version: result.version, reported, byId: row.id })
      : latest,
  );
  return ended ?? command;
}

function takeBackRow(command: AuditRow, facts: TakeBackFacts, { shadow, nowMs }: { shadow: CurrentShadow; nowMs: number }): AuditRow {
  const patch = command.patch ?? {};
  return pendingRow({
    ...facts,
    // One id per version tried: a crash and its repetition are the same attempt, and AWS takes tokens of up to 64 bytes.
    id: `${facts.id}-${shadow.version}`,
    atMs: nowMs,
    thing: command.thing,
    ...(command.thingType !== undefined && { thingType: command.thingType }),
    patch: undoPatch(shadow.reported, patch),
    fields: command.fields,
    before: { desired: pickState(shadow.desired, patch), reported: pickState(shadow.reported, patch) },
    expectedVersion: shadow.version,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    expiresAtMs: null,
    run: command.run,
    of: command.id,
    note: null,
  });
}

/**
 * One round of the clock: every due row gets its outcome, every queued command past its time is taken back. Answers how many rows moved.
 * A row that cannot be settled keeps none of the others waiting. Throws an AggregateError of what stood in the way, after the last row.
 */
export async function settleDue(parts: TakeBackParts, { limit, untilMs }: { limit: number; untilMs: number }): Promise<number> {
  const rows = await parts.store.listDue(parts.nowMs(), limit);
  const failures: Error[] = [];
  let settledCount = 0;
  for (const row of rows) {
    if (parts.nowMs() >= untilMs) break;
    try {
      const settled = await settleRow(row, parts);
      if (isDue(settled, parts.nowMs()) && settled.expiresAtMs !== null) await expireCommand(settled, parts);
      settledCount += 1;
    } catch (error) {
      failures.push(new Error(`row ${row.id} of ${row.thing}`, { cause: error }));
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${rows.length} due rows could not be settled`);
  return settledCount;
}

/** Takes back a queued command whose time is over. */
export function expireCommand(row: AuditRow, parts: TakeBackParts): Promise<TakeBackResult> {
  return takeBack(row, { id: `x-${row.id}`, kind: "expiry", actor: null, origin: { via: "system" }, site: row.site }, parts);
}
