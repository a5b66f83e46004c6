import "server-only";
import { AppError } from "../platform/app-error.ts";
import type { Viewer } from "../session/viewer.server.ts";
import { queueEndMs } from "./command-request.ts";
import { toCsvLine } from "./csv.ts";
import { type Asker, actorOf } from "./request-origin.ts";
import { countOutcomes, hasStopped, isRetryable, isSettled, type Run } from "./run.ts";
import { ensureDriven, resume, stopDriving } from "./run-driver.server.ts";
import { reviewRun, type RunRequest } from "./run-review.server.ts";
import type { RunReview } from "./run-review.ts";
import { readRows } from "./run-rows.server.ts";
import { keepTally, readTallies } from "./run-tally.server.ts";
import type { RunListItem, RunView } from "./run-view.ts";
import { findRun, insertRun, listRuns, moveRun } from "./run-store.server.ts";

const RUN_ID = /^[0-9a-f-]{36}$/;

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
    thingTypes: review.thingTypes,
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
  const tally = { isSettled: isSettled(run, rows), counts: countOutcomes(rows) };
  keepTally(run, tally);
  const { atMs, patch, thingTypes = [], ifOffline, expiresAtMs, status, code, attempt, excluded, by } = run;
  return {
    ...{ id, atMs, patch, thingTypes, ifOffline, expiresAtMs, status, code, attempt, excluded },
    by: { username: by.username, name: by.name },
    ...{ isMine, ...tally, rows },
  };
}

/** The newest runs that the viewer may look at, newest first. */
export async function listRunsOf(viewer: Viewer): Promise<RunListItem[]> {
  const runs = (await listRuns()).filter((run) => mayLook(viewer, run));
  const tallies = await readTallies(runs);
  return runs.map(({ id, atMs, patch, thingTypes = [], status, all, excluded, by }) => ({
    ...{ id, atMs, patch, thingTypes, status },
    by: { username: by.username, name: by.name },
    thingCount: all.length,
    excludedCount: excluded.length,
    tally: tallies.get(id) ?? null,
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
  // What was on its way at the stop would be sent twice.
  if (run.status === "stopped" && !hasStopped(run, Date.now())) throw new AppError("run/conflict");
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
