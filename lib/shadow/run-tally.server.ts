import "server-only";
import { log } from "../platform/log.ts";
import { processSingleton } from "../platform/process-singleton.ts";
import { countOutcomes, isSettled, type Run, type RunTally } from "./run.ts";
import { readRows } from "./run-rows.server.ts";
import { saveRunTally } from "./run-store.server.ts";

/** A silent device may still report; after this long the list no longer looks. */
const LATE_REPORT_MS = 3_600_000;
/** A list is read every few seconds by everybody who looks at it; a run of a thousand devices takes several queries to count. */
const MOVING_MEMO_MS = 2_000;
const LATE_MEMO_MS = 30_000;
/** Runs counted for one reading of the list, the newest first; those beyond are counted by later readings. */
const COUNTED_AT_ONCE = 8;
const MEMO_MAX = 200;

interface Counted {
  tally: RunTally;
  attempt: number;
  untilMs: number;
}

const memo = processSingleton("run-tallies", () => new Map<string, Counted>());

/** Outcomes of runs by run id: as kept on the run once it has settled, counted otherwise. A run that could not be counted has none. */
export async function readTallies(runs: readonly Run[]): Promise<Map<string, RunTally>> {
  const tallies = new Map<string, RunTally>();
  const open: Run[] = [];
  for (const run of runs) {
    const known = knownTally(run);
    if (known) tallies.set(run.id, known.tally);
    if (!known?.isFresh) open.push(run);
  }
  await Promise.all(
    open
      .slice(0, COUNTED_AT_ONCE)
      .map(async (run) => tallies.set(run.id, await countRun(run)))
      .map(quietly),
  );
  return tallies;
}

/** Keeps a settled run's outcomes with it; nobody waits for that. */
export function keepTally(run: Run, tally: RunTally): void {
  if (!tally.isSettled || (run.tally?.attempt === run.attempt && sameCounts(run.tally.counts, tally.counts))) return;
  void quietly(saveRunTally(run.id, { attempt: run.attempt, counts: tally.counts }));
}

function knownTally(run: Run): { tally: RunTally; isFresh: boolean } | undefined {
  const nowMs = Date.now();
  const kept = run.tally?.attempt === run.attempt ? run.tally.counts : undefined;
  if (kept && (kept["timed-out"] === undefined || nowMs - run.atMs > LATE_REPORT_MS)) {
    return { tally: { isSettled: true, counts: kept }, isFresh: true };
  }
  const counted = memo().get(run.id);
  if (counted?.attempt === run.attempt) return { tally: counted.tally, isFresh: nowMs < counted.untilMs };
  return kept && { tally: { isSettled: true, counts: kept }, isFresh: false };
}

async function countRun(run: Run): Promise<RunTally> {
  const rows = await readRows(run);
  const tally = { isSettled: isSettled(run, rows), counts: countOutcomes(rows) };
  if (memo().size >= MEMO_MAX) memo().clear();
  memo().set(run.id, { tally, attempt: run.attempt, untilMs: Date.now() + (tally.isSettled ? LATE_MEMO_MS : MOVING_MEMO_MS) });
  keepTally(run, tally);
  return tally;
}

const sameCounts = (one: RunTally["counts"], other: RunTally["counts"]): boolean =>
  JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

/** The list is worth more than one run's figures. */
const quietly = (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => undefined,
    (error: unknown) => log.debug({ err: error }, "a run could not be counted"),
  );
