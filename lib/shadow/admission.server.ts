import "server-only";
import { describeControls } from "../fleet/describe-thing.ts";
import type { JsonObject } from "../fleet/thing.ts";
import { THING_NAME } from "../fleet/topics.ts";
import { AppError, type AppErrorCode } from "../platform/app-error.ts";
import { log } from "../platform/log.ts";
import { auditLog } from "./audit-log.server.ts";
import { type AuditFacts, type AuditRow, closedRow, DEFAULT_TIMEOUT_MS } from "./audit-row.ts";
import type { CommandRequest } from "./command-request.ts";
import { toCommandView } from "./command-view.ts";
import { findFieldProblems } from "./field-policy.ts";
import { findLock, type LockTag } from "./lock-tags.server.ts";
import { type Asker, actorOf } from "./request-origin.ts";
import { fieldNames, isOverlapping, pickState } from "./shadow-state.ts";
import { readThingFacts, type ThingFacts } from "./thing-facts.server.ts";

/** A command on its way in: what was asked, by whom, in which run. */
export interface Ask extends Asker {
  thing: string;
  /** `current`: a run sends to what the shadow is at that moment. */
  request: Omit<CommandRequest, "expectedVersion"> & { expectedVersion: number | null | "current" };
  run: string | null;
}

/** The facts of an ask's audit row; `facts` fills in what the thing was like. */
export function auditFactsOf({ viewer, origin, thing, request, run }: Ask, facts?: ThingFacts): AuditFacts {
  const { patch, expectedVersion, commandId } = request;
  const before = facts && {
    reported: pickState(facts.shadow?.reported ?? {}, patch),
    desired: pickState(facts.shadow?.desired ?? {}, patch),
  };
  return {
    id: commandId,
    kind: "command",
    atMs: Date.now(),
    actor: actorOf(viewer),
    origin,
    thing,
    ...(typeof facts?.thingType === "string" && { thingType: facts.thingType }),
    site: facts?.site ?? null,
    patch,
    fields: fieldNames(patch),
    before: before ?? null,
    expectedVersion: expectedVersion === "current" ? (facts?.shadow?.version ?? null) : expectedVersion,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    expiresAtMs: null,
    run,
    of: null,
    note: null,
  };
}

/** Refuses whoever may not switch anything, and writes that down. Throws session/not-permitted; audit/unavailable. */
export async function requireAdmin({ viewer, origin }: Asker, thing: string): Promise<void> {
  if (viewer.role === "admin") return;
  await auditLog().insert(closedRow(denialFacts({ viewer, origin }, thing), { status: "denied", code: "session/not-permitted" }));
  throw new AppError("session/not-permitted", { details: { needs: "admins" } });
}

/** Nothing of an unpermitted request's body is looked at, so its row has no patch and an id of its own. */
function denialFacts({ viewer, origin }: Asker, thing: string): AuditFacts {
  const named = THING_NAME.test(thing) ? thing : "(not a thing name)";
  const nothing = { patch: null, fields: [], before: null, expectedVersion: null, expiresAtMs: null, run: null, of: null, note: null };
  const id = crypto.randomUUID();
  return {
    id,
    kind: "command",
    atMs: Date.now(),
    actor: actorOf(viewer),
    origin,
    thing: named,
    site: null,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    ...nothing,
  };
}

/** What is known of a thing when a command for it comes; nothing for a name that no thing can have. */
export interface Look {
  facts?: ThingFacts | undefined;
  lock?: LockTag | undefined;
}

/** Looks at a thing and its lock-out tag at once. Throws fleet/unavailable, shadow/unavailable, workspace/unavailable. */
export async function lookAt(thing: string): Promise<Look> {
  if (!THING_NAME.test(thing)) return {};
  const [facts, lock] = await Promise.all([readThingFacts(thing), findLock(thing)]);
  return { facts, lock };
}

/**
 * Everything that can be said against a command before it is sent, in order: the thing and its site, lock-out, field policy, version, presence.
 * A refusal is written down before it is thrown: thing/not-found, shadow/locked, command/invalid, shadow/conflict, thing/offline.
 */
export async function admit(ask: Ask, { facts, lock }: Look): Promise<ThingFacts> {
  const isOwnSite = ask.viewer.sites.some(({ id }) => id === facts?.site);
  if (!facts || !isOwnSite)
    throw await refusal({ ...ask, thing: facts?.thingName ?? "(no such thing)" }, facts, { code: "thing/not-found", status: "denied" });
  if (lock) throw await refusal(ask, facts, { code: "shadow/locked", details: { note: lock.note, by: lock.by.name, atMs: lock.atMs } });
  const problems = findFieldProblems(ask.request.patch, describeControls(facts.thingType, facts.shadow ?? null));
  if (problems.length > 0) throw await refusal(ask, facts, { code: "command/invalid", details: { problems: problems.slice(0, 20) } });
  const { expectedVersion } = ask.request;
  if (expectedVersion !== "current" && (expectedVersion ?? 0) !== (facts.shadow?.version ?? 0)) throw await conflict(ask, facts);
  if (!facts.isConnected && ask.request.ifOffline === "refuse") throw await refusal(ask, facts, { code: "thing/offline" });
  return facts;
}

/** Writes the refused row and makes the error for it. */
export async function refusal(
  ask: Ask,
  facts: ThingFacts | undefined,
  refused: { code: AppErrorCode; status?: "denied" | "refused"; details?: Record<string, unknown> },
): Promise<AppError> {
  const { code, status = "refused", details } = refused;
  await auditLog().insert(closedRow(auditFactsOf(ask, facts), { status, code }));
  return new AppError(code, { ...(details && { details }) });
}

/** The 409 that says who changed what since the version the person saw. */
export async function conflict(ask: Ask, facts: ThingFacts): Promise<AppError> {
  return await refusal(ask, facts, { code: "shadow/conflict", details: await conflictDetails(ask, facts) });
}

const RECENT_ROWS = 20;

/** The state now and the changes of desired since `expectedVersion`, newest first. */
export async function conflictDetails(
  { thing, request }: Pick<Ask, "thing" | "request">,
  { shadow }: Pick<ThingFacts, "shadow">,
): Promise<Record<string, unknown>> {
  const { patch, expectedVersion } = request;
  const seen = expectedVersion === "current" ? (shadow?.version ?? 0) : (expectedVersion ?? 0);
  const { rows } = await auditLog().listPage({ index: "by-thing", partition: thing, limit: RECENT_ROWS });
  const changes = rows.filter(({ version }) => version !== null && version > seen);
  return {
    currentVersion: shadow?.version ?? null,
    desired: pickState(shadow?.desired ?? {}, patch),
    reported: pickState(shadow?.reported ?? {}, patch),
    changes: changes.map(toChange),
    touchesSameField: changes.some((row) => isOverlapping(row.patch ?? {}, patch)),
  };
}

function toChange(row: AuditRow): {
  commandId: string;
  who: string;
  kind: string;
  atMs: number;
  patch: JsonObject | null;
  version: number | null;
} {
  const { commandId, actor, kind, atMs, patch, version } = toCommandView(row);
  const who = actor?.name ?? (kind === "outside" ? "someone outside Thingdeck" : "Thingdeck");
  return { commandId, who, kind, atMs, patch, version };
}

/** An outcome that could not be written now is found by the outcome function or at the row's deadline; the change itself has happened. */
export async function bestEffort(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    log.warn({ err: error }, "a command's outcome could not be written; it will be settled from the shadow");
  }
}
