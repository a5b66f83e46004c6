/** A source of time in epoch milliseconds. */
export interface Clock {
  nowMs(): number;
}

/** The wall clock of this machine, jumps included; for instants that other machines must agree on. */
export const wallClock: Clock = { nowMs: () => Date.now() };

/**
 * Epoch ms of this machine as its clock was when the browser started, running evenly since: for countdowns, latencies and waits that a clock set to
 * another hour must neither stretch nor end (HAZARDS H14). A page and its workers read the same time.
 */
export const steadyNowMs = (): number => performance.timeOrigin + performance.now();

export interface SteadyClockParts {
  wallNowMs?: () => number;
  /** Milliseconds of a clock that never jumps. */
  monotonicNowMs?: () => number;
}

/** A correction is taken in at most this many ms per ms, so that a jump of an hour never ends a session that is in use. */
const SLEW_RATE = 0.25;

/**
 * A clock for lifetimes: starts at the wall clock's time, runs on the monotonic one, and drifts slowly towards the wall clock
 * when that was set to another time. A jump of the wall clock by an hour therefore ends no session (HAZARDS H14).
 */
export function createSteadyClock(parts: SteadyClockParts = {}): Clock {
  const wallNowMs = parts.wallNowMs ?? (() => Date.now());
  const monotonicNowMs = parts.monotonicNowMs ?? (() => performance.now());
  let lastMonotonicMs = monotonicNowMs();
  let steadyMs = wallNowMs();
  return {
    nowMs() {
      const monotonicMs = monotonicNowMs();
      const elapsedMs = Math.max(0, monotonicMs - lastMonotonicMs);
      lastMonotonicMs = monotonicMs;
      steadyMs += elapsedMs;
      const gapMs = wallNowMs() - steadyMs;
      steadyMs += Math.sign(gapMs) * Math.min(Math.abs(gapMs), elapsedMs * SLEW_RATE);
      return Math.round(steadyMs);
    },
  };
}
