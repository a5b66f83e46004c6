import "server-only";
import { AppError } from "../platform/app-error.ts";
import type { Viewer } from "../session/viewer.server.ts";
import { auditLog } from "./audit-log.server.ts";
import type { AuditRow } from "./audit-row.ts";
import { queueEndMs } from "./command-request.ts";
import { toCsvLine } from "./csv.ts";
import { type Asker, actorOf } from "./request-origin.ts";
import { countOutcomes, isRetryable, isSettled, type Run, type RunResult, type RunRow } from "./run.ts";
import { ensureDriven, resume, stopDriving } from "./run-driver.server.ts";
import { reviewRun, type RunRequest } from "./run-review.server.ts";
import type { RunReview } from "./run-review.ts";
import type { RunListItem, RunView } from "./run-view.ts";
import { findRun, insertRun, listRunResults, listRuns, moveRun } from "./run-store.server.ts";
import { isDue, settleRow } from "./settle-due.ts";
import { readShadow } from "./shadow-access.server.ts";

const RUN_ID = /^[0-9a-f-]{36}$/;
const PAGE_ROWS = 500;
/** Due rows settled while the page is looked at; the scheduled function does the rest. */
const SETTLE_AT_ONCE = 20;

/** Starts a run over what the review lets through; a repeat of the same id answers with the run as it stands. Throws command/invalid when nothing is left. */
export async function createRun({ viewer, origin }: Asker, request: RunRequest): Promise<RunView> {
  const earlier = await findRun(request.runId);
  if (earlier) return await viewRun({ viewer, origin }, request.runId);
  const review: RunReview = await reviewRun(viewer, request);
  if (review.included.length === 0) throw new AppError("command/invalid", { details: { excluded: review.excluded } });
  const nowMs = Date.now();
  const run: Run = {
    id: request.runId,
    by: actorOf(viewer),
    atMs: nowMs,
    patch: request.patch,
    ifOffline: request.ifOffline,
    expiresAtMs: request.ifOffline === "queue" ? queueEndMs(request, nowMs) : null,
    status: "running",
    code: null,
    attempt: 1,
    things: review.included,
    all: review.included,
    excluded: review.excluded,
    session: viewer.sessionId,
    origin,
  };
  await insertRun(run);
  return await viewRun({ viewer, origin }, run.id);
}

/** The run with a row per thing. The owner's look also keeps it going: after a restart, and after a pause. Throws run/not-found. */
export async function viewRun({ viewer, origin }: Asker, id: string): Promise<RunView> {
  const found = await requireRun(viewer, id);
  const isMine = found.by.sub === viewer.sub;
  const run = isMine ? await resume(found, viewer.sessionId) : found;
  if (isMine) await ensureDriven(run, () => Promise.resolve(viewer), origin);
  const rows = await readRows(run);
  const { atMs, patch, ifOffline, expiresAtMs, status, code, attempt, excluded, by } = run;
  return {
    ...{ id, atMs, patch, ifOffline, expiresAtMs, status, code, attempt, excluded },
    by: { username: by.username, name: by.name },
    isMine,
    isSettled: isSettled(run, rows),
    counts: countOutcomes(rows),
    rows,
  };
}

/** The newest runs that the viewer may look at, newest first. */
export async function listRunsOf(viewer: Viewer): Promise<RunListItem[]> {
  const runs = (await listRuns()).filter((run) => mayLook(viewer, run));
  return runs.map(({ id, atMs, patch, status, all, excluded, by }) => ({
    ...{ id, atMs, patch, status },
    by: { username: by.username, name: by.name },
    thingCount: all.length,
    excludedCount: excluded.length,
  }));
}

/** Sends nothing more; what was sent keeps its own outcome. Throws run/not-found, run/conflict. */
export async function stopRun(asker: Asker, id: string): Promise<RunView> {
  await requireRun(asker.viewer, id);
  if (!(await moveRun(id, ["running", "paused"], { status: "stopped" }))) throw new AppError("run/conflict");
  stopDriving(id);
  return await viewRun(asker, id);
}

/** Sends once more to every thing whose outcome was a failure. Only the owner: it is done with the owner's power. Throws run/*. */
export async function retryRun(asker: Asker, id: string): Promise<RunView> {
  const run = await requireRun(asker.viewer, id);
  if (run.by.sub !== asker.viewer.sub) throw new AppError("session/not-permitted", { details: { needs: "the run's owner" } });
  const things = (await readRows(run)).filter(isRetryable).map(({ thing }) => thing);
  if (things.length === 0) throw new AppError("command/nothing-to-do");
  const next = { attempt: run.attempt + 1, things };
  if (!(await moveRun(id, ["done", "stopped"], { status: "running", next, session: asker.viewer.sessionId })))
    throw new AppError("run/conflict");
  return await viewRun(asker, id);
}

/** The run's rows as CSV, exclusions at the end. Throws run/not-found. */
export async function runCsv(asker: Asker, id: string): Promise<string> {
  const { rows, excluded } = await viewRun(asker, id);
  const lines = rows.map(({ thing, outcome, commandId, code, latencyMs, words, reported }) =>
    toCsvLine([thing, outcome, commandId, code, latencyMs, words, reported && JSON.stringify(reported)]),
  );
  const left = excluded.map(({ thing, reason, words }) => toCsvLine([thing, "excluded", null, reason, null, words, null]));
  return [toCsvLine(["thing", "outcome", "command", "code", "latency ms", "words", "reported"]), ...lines, ...left].join("");
}

/** Its owner, and admins of all sites; what a run touched is in the log by site anyway. */
const mayLook = (viewer: Viewer, run: Run): boolean => run.by.sub === viewer.sub || viewer.groups.includes("all-sites");

async function requireRun(viewer: Viewer, id: string): Promise<Run> {
  const run = RUN_ID.test(id) ? await findRun(id) : undefined;
  if (!run || !mayLook(viewer, run)) throw new AppError("run/not-found");
  return run;
}

async function readRows(run: Run): Promise<RunRow[]> {
  const [results, commands] = await Promise.all([listRunResults(run.id), readCommands(run.id)]);
  const byThing = new Map(results.map((result) => [result.thing, result]));
  return run.all.map((thing) => toRow(run, thing, { result: byThing.get(thing), commands }));
}

function toRow(run: Run, thing: string, { result, commands }: { result: RunResult | undefined; commands: Map<string, AuditRow> }): RunRow {
  const isOwed = run.things.includes(thing) && result?.attempt !== run.attempt;
  if (!result || isOwed) {
    const outcome = run.status === "stopped" ? "skipped" : "waiting";
    return { thing, commandId: null, outcome, code: null, latencyMs: null, words: null, reported: null };
  }
  const command = commands.get(result.commandId);
  const outcome = command?.status ?? (result.code === null ? "pending" : "refused");
  const { latencyMs = null, words = null, reported = null } = command ?? {};
  return { thing, commandId: result.commandId, outcome, code: result.code, latencyMs, words, reported };
}

async function readCommands(run: string): Promise<Map<string, AuditRow>> {
  const rows: AuditRow[] = [];
  let beforeAt: string | undefined;
  do {
    const page = await auditLog().listPage({ index: "by-run", partition: run, beforeAt, limit: PAGE_ROWS });
    rows.push(...page.rows);
    beforeAt = page.lastAt;
  } while (beforeAt !== undefined);
  const parts = { store: auditLog(), shadows: { read: readShadow }, nowMs: () => Date.now() };
  const due = rows.filter((row) => isDue(row, Date.now())).slice(0, SETTLE_AT_ONCE);
  const settled = await Promise.all(due.map((row) => settleRow(row, parts)));
  return new Map([...rows, ...settled].map((row) => [row.id, row]));
}
