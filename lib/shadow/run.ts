import type { JsonObject } from "../fleet/thing.ts";
import type { AppErrorCode } from "../platform/app-error.ts";
import type { Actor, AuditStatus, Origin } from "./audit-row.ts";

/** Why a thing is left out of a run before it starts. */
export type ExclusionReason = "not-permitted" | "locked" | "offline" | "not-a-control";

export interface Exclusion {
  thing: string;
  reason: ExclusionReason;
  /** The lock's note, or what the control refuses. */
  words?: string;
}

/** `running`: commands are being sent. `paused`: something is missing, see `code`; it goes on when that is back. `done`: all were sent. */
export type RunStatus = "running" | "paused" | "stopped" | "done";

/** One bulk change, as it stands in the workspace table. */
export interface Run {
  id: string;
  by: Actor;
  atMs: number;
  patch: JsonObject;
  ifOffline: "refuse" | "queue";
  expiresAtMs: number | null;
  status: RunStatus;
  /** Why it paused. */
  code: AppErrorCode | null;
  /** Counts the starts: 1, and one more for each retry. */
  attempt: number;
  /** What this attempt is to send to. */
  things: string[];
  /** Everything the run was ever about, exclusions left out. */
  all: string[];
  excluded: Exclusion[];
  /** Until when a server may still be sending, also after a stop: what is on its way then gets its own outcome. */
  leaseUntilMs?: number;
  /** How the attempt ended, once it had. */
  tally?: { attempt: number; counts: RunTally["counts"] };
  /** What kinds of things it is about: the words of its fields and values go by them. */
  thingTypes?: string[];
  /** The owner's session at the last start, by its hash: whose power a server that takes the run over asks for. */
  session: string;
  origin: Origin;
}

/** How a run's devices stand, by outcome. */
export interface RunTally {
  /** True when none of them can change by itself any more. */
  isSettled: boolean;
  counts: Partial<Record<RunRow["outcome"], number>>;
}

/** What became of sending to one thing. */
export interface RunResult {
  thing: string;
  attempt: number;
  commandId: string;
  /** Null when the command was sent; its outcome is in the log. */
  code: AppErrorCode | null;
}

/** A thing's row on the run page. `waiting`: not sent yet; `skipped`: the run was stopped before it. */
export interface RunRow {
  thing: string;
  commandId: string | null;
  outcome: AuditStatus | "waiting" | "skipped";
  code: AppErrorCode | null;
  latencyMs: number | null;
  words: string | null;
  reported: JsonObject | null;
}

/** Outcomes after which sending once more makes sense. */
const RETRYABLE: ReadonlySet<RunRow["outcome"]> = new Set([
  ...(["timed-out", "rejected-by-device", "refused", "denied", "failed", "expired", "unknown", "skipped"] as const),
]);
/** Nobody waits for these any more. */
const MOVING: ReadonlySet<RunRow["outcome"]> = new Set(["waiting", "pending", "accepted"]);

/** True for a row that "retry failed" sends again. */
export const isRetryable = ({ outcome }: RunRow): boolean => RETRYABLE.has(outcome);

/** How many rows of a tally "retry failed" would send again. */
export const failedCountOf = (counts: RunTally["counts"]): number =>
  Object.entries(counts).reduce((sum, [outcome, count]) => sum + (RETRYABLE.has(outcome as RunRow["outcome"]) ? count : 0), 0);

/** Rows by outcome. */
export function countOutcomes(rows: readonly RunRow[]): RunTally["counts"] {
  const counts: RunTally["counts"] = {};
  for (const { outcome } of rows) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** True once a stopped run sends nothing more, not even what was on its way. */
export const hasStopped = ({ status, leaseUntilMs = 0 }: Pick<Run, "status" | "leaseUntilMs">, nowMs: number): boolean =>
  status === "stopped" && leaseUntilMs < nowMs;

/** True when no row can change by itself any more. */
export function isSettled({ status }: Run, rows: readonly RunRow[]): boolean {
  return (status === "done" || status === "stopped") && rows.every(({ outcome }) => !MOVING.has(outcome));
}

const QUERY_TERMS_MAX = 12;
const QUERY_LENGTH_MAX = 900;

/** Index queries that name the things, within AWS's twelve terms a query (AWS.md F.5). Names need no escaping inside quotes. */
export function toIndexQueries(things: readonly string[]): string[] {
  const queries: string[][] = [];
  for (const thing of things) {
    const term = `thingName:"${thing}"`;
    const last = queries.at(-1);
    const hasRoom = last && last.length < QUERY_TERMS_MAX && last.join(" OR ").length + term.length < QUERY_LENGTH_MAX;
    if (hasRoom) last.push(term);
    else queries.push([term]);
  }
  return queries.map((terms) => terms.join(" OR "));
}
