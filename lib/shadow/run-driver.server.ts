import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import { AppError, type AppErrorCode } from "../platform/app-error.ts";
import { log } from "../platform/log.ts";
import { processSingleton } from "../platform/process-singleton.ts";
import { toAppError } from "../platform/to-app-error.ts";
import type { Viewer } from "../session/viewer.server.ts";
import type { Origin } from "./audit-row.ts";
import type { Run, RunResult } from "./run.ts";
import { runCommandId } from "./run-command-id.ts";
import { createRunPower } from "./run-power.server.ts";
import { dropRunLease, findRun, listRunResults, moveRun, saveRunResult, takeRunLease } from "./run-store.server.ts";
import { setDesired } from "./set-desired.server.ts";

const LEASE_MS = 10_000;
const LEASE_RENEW_MS = 3_000;
/** A command reads registry, index and shadow; the index answers 30 queries a second (AWS.md F.5). One shadow gets one write. */
const START_EVERY_MS = 50;
const AT_ONCE = 8;
/** A device that reports at the very moment moves the version; the next try carries the new one. */
const TRIES_MAX = 3;

/** What says nothing about the thing: the run waits for better times instead of failing every row. */
const PAUSING: ReadonlySet<AppErrorCode> = new Set<AppErrorCode>([
  ...(["session/expired", "session/unavailable", "session/not-permitted", "identity/unavailable", "credentials/refused"] as const),
  ...([
    "credentials/throttled",
    "credentials/unavailable",
    "credentials/clock-skew",
    "audit/unavailable",
    "workspace/unavailable",
  ] as const),
  ...(["fleet/unavailable", "service/unavailable", "service/internal"] as const),
]);

const drivers = processSingleton("run-drivers", () => ({ owner: crypto.randomUUID(), stops: new Map<string, AbortController>() }));

/**
 * Sees to it that some server sends the run's commands; quick, and safe to call again and again. `open` answers the run's owner: what it throws
 * pauses the run with that code.
 */
export async function ensureDriven(run: Run, open: () => Promise<Viewer>, origin: Origin): Promise<void> {
  const { owner, stops } = drivers();
  if (run.status !== "running" || stops.has(run.id)) return;
  const stop = new AbortController();
  stops.set(run.id, stop);
  if (!(await renewLease(run.id).catch(() => false))) {
    stops.delete(run.id);
    return;
  }
  open()
    .then((viewer) => drive({ run, viewer, origin: { ...origin, via: "run" }, stop }))
    .catch((error: unknown) => pause(run.id, error))
    .finally(() => {
      stops.delete(run.id);
      dropRunLease(run.id, owner).catch((error: unknown) => log.debug({ err: error }, "a run's lease ends by itself"));
    });
}

/** Stops this server's own sending at once; other servers see the run's status within seconds. */
export function stopDriving(id: string): void {
  drivers().stops.get(id)?.abort();
}

interface Drive {
  run: Run;
  viewer: Viewer;
  origin: Origin;
  stop: AbortController;
}

async function drive(parts: Drive): Promise<void> {
  const { run, stop } = parts;
  const power = createRunPower(parts.viewer);
  const sent = new Set((await listRunResults(run.id)).filter(({ attempt }) => attempt === run.attempt).map(({ thing }) => thing));
  const queue = run.things.filter((thing) => !sent.has(thing));
  const keepAlive = watch(run.id, stop);
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => work({ ...parts, queue, power, startDelayMs: at * START_EVERY_MS })));
    if (!stop.signal.aborted) await moveRun(run.id, ["running"], { status: "done" });
  } finally {
    clearInterval(keepAlive);
  }
}

async function work(parts: Drive & { queue: string[]; power: () => Promise<Viewer>; startDelayMs: number }): Promise<void> {
  const { run, stop, queue, power } = parts;
  await delay(parts.startDelayMs);
  for (let thing = queue.shift(); thing !== undefined && !stop.signal.aborted; thing = queue.shift()) {
    const nextStart = delay(START_EVERY_MS * AT_ONCE);
    try {
      await saveRunResult(run, await sendTo(thing, { ...parts, viewer: await power() }));
    } catch (error) {
      stop.abort();
      throw error;
    }
    await nextStart;
  }
}

/** Sends to one thing; throws what concerns the whole run, answers with what concerns the thing. */
async function sendTo(thing: string, { run, viewer, origin }: Drive): Promise<RunResult> {
  let result: RunResult = { thing, attempt: run.attempt, commandId: "", code: null };
  for (let tryCount = 0; tryCount < TRIES_MAX; tryCount += 1) {
    const commandId = runCommandId(run, thing, tryCount);
    result = { ...result, commandId, code: null };
    const { patch, ifOffline, expiresAtMs } = run;
    const request = { patch, ifOffline, commandId, expectedVersion: "current" as const, ...expectedEnd(expiresAtMs) };
    try {
      const row = await setDesired({ viewer, origin, thing, request, run: run.id });
      if (row.status !== "refused" && row.status !== "denied" && row.status !== "failed") return result;
      result.code = (row.code ?? "shadow/rejected") as AppErrorCode;
    } catch (error) {
      const { code, retryAfterMs } = toAppError(error);
      if (PAUSING.has(code) && !isAboutThing(error)) throw error;
      result.code = code;
      if (code === "shadow/busy") await delay(retryAfterMs ?? 1_000);
    }
    if (result.code !== "shadow/conflict" && result.code !== "shadow/busy") return result;
  }
  return result;
}

const expectedEnd = (expiresAtMs: number | null) => (expiresAtMs === null ? {} : { expiresAtMs });

/** AWS IoT's own refusal of one thing is that thing's outcome. */
function isAboutThing(error: unknown): boolean {
  return error instanceof AppError && error.details?.refusedBy !== undefined;
}

/** Prolongs the lease and looks whether the run was stopped elsewhere. */
function watch(id: string, stop: AbortController): NodeJS.Timeout {
  const look = async () => {
    if (!(await renewLease(id))) stop.abort();
  };
  return setInterval(() => void look().catch(() => stop.abort()), LEASE_RENEW_MS);
}

function renewLease(id: string): Promise<boolean> {
  const nowMs = Date.now();
  return takeRunLease(id, drivers().owner, { nowMs, untilMs: nowMs + LEASE_MS });
}

async function pause(id: string, error: unknown): Promise<void> {
  const { code } = toAppError(error);
  log.warn({ run: id, code }, "a run is paused");
  await moveRun(id, ["running"], { status: "paused", code }).catch(() => undefined);
}

/** The run as it stands; a paused one is set going again, by its owner's visit with the visit's session. */
export async function resume(run: Run, session?: string): Promise<Run> {
  if (run.status !== "paused") return run;
  await moveRun(run.id, ["paused"], { status: "running", ...(session !== undefined && { session }) });
  return (await findRun(run.id)) ?? run;
}
