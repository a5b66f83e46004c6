import "server-only";
import { log } from "../platform/log.ts";
import { processSingleton } from "../platform/process-singleton.ts";
import { PENDING_GRACE_MS } from "./audit-row.ts";
import { reconcile } from "./commands.server.ts";
import { sweepRuns } from "./run-sweep.server.ts";

/** A run whose server died goes on when that server's lease is over; this much later at most. */
const SWEEP_EVERY_MS = 5_000;

const duties = processSingleton("control-duties", () => ({ hasBegun: false }));

/**
 * What a server does without being asked: gives the commands that an earlier server left behind their outcome, at its start and once more when
 * the last of them is due, and takes over bulk runs that nobody sends for. Failing is quiet: the scheduled function and the next round do the same.
 */
export function beginControlDuties(): void {
  const state = duties();
  if (state.hasBegun) return;
  state.hasBegun = true;
  const settle = () => quietly("left-over commands could not be settled yet", reconcile());
  settle();
  setTimeout(settle, PENDING_GRACE_MS + 1_000).unref();
  let isSweeping = false;
  const sweep = () => {
    if (isSweeping) return;
    isSweeping = true;
    quietly(
      "bulk runs could not be looked through yet",
      sweepRuns().finally(() => (isSweeping = false)),
    );
  };
  sweep();
  setInterval(sweep, SWEEP_EVERY_MS).unref();
}

function quietly(sentence: string, work: Promise<void>): void {
  work.catch((error: unknown) => log.warn({ err: error }, sentence));
}
