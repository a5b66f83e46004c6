/** Wall and monotonic time drifting apart by more than this means the machine slept or its clock was set. */
const SUSPECT_DRIFT_MS = 60_000;

export interface ServerClockParts {
  wallNowMs?: () => number;
  monotonicNowMs?: () => number;
}

/**
 * The server's time on a machine whose own clock may be wrong, jump or stop during sleep. Runs on the monotonic clock from the last
 * synchronisation on, so that a wall clock set to another hour neither breaks a signature nor ages a value (HAZARDS C14, H14).
 */
export interface ServerClock {
  /** Takes the server's time as answered, half a round trip ago. */
  sync: (serverTimeMs: number, roundTripMs: number) => void;
  /** Epoch ms of the server; this machine's wall clock until the first synchronisation. */
  nowMs: () => number;
  /** Real time passed since the last synchronisation, sleep included, whichever clock saw it. */
  elapsedMs: () => number;
  /** True when the machine slept or its clock was set since: synchronise before signing anything. */
  isSuspect: () => boolean;
}

/** A clock that must be synchronised before it is better than the machine's own. */
export function createServerClock(parts: ServerClockParts = {}): ServerClock {
  const wallNowMs = parts.wallNowMs ?? (() => Date.now());
  const monotonicNowMs = parts.monotonicNowMs ?? (() => performance.now());
  let server = wallNowMs();
  let wall = server;
  let monotonic = monotonicNowMs();
  const monotonicElapsed = (): number => monotonicNowMs() - monotonic;
  const wallElapsed = (): number => wallNowMs() - wall;
  return {
    sync: (serverTimeMs, roundTripMs) => {
      server = serverTimeMs + roundTripMs / 2;
      wall = wallNowMs();
      monotonic = monotonicNowMs();
    },
    nowMs: () => server + monotonicElapsed(),
    elapsedMs: () => Math.max(monotonicElapsed(), wallElapsed()),
    isSuspect: () => Math.abs(wallElapsed() - monotonicElapsed()) > SUSPECT_DRIFT_MS,
  };
}
