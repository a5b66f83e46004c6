const MEASURED_OVER_MS = 2_000;

/** Messages a second, over the last seconds. */
export interface MessageRate {
  add: (count: number) => void;
  /** The rate since the last answer, and how long ago that was; null while too little time has passed to tell. */
  measure: (nowMs: number) => { perSecond: number; overMs: number } | null;
}

/** A rate that begins now; `measure` is called often. */
export function createMessageRate(): MessageRate {
  let sinceMs = 0;
  let received = 0;
  return {
    add: (count) => void (received += count),
    measure: (nowMs) => {
      const elapsedMs = nowMs - sinceMs;
      // A clock that was set back measures nothing until it is asked again.
      if (elapsedMs >= 0 && elapsedMs < MEASURED_OVER_MS) return null;
      const perSecond = elapsedMs < 0 || elapsedMs > 60_000 ? 0 : Math.round((received * 10_000) / elapsedMs) / 10;
      sinceMs = nowMs;
      received = 0;
      return { perSecond, overMs: Math.max(0, elapsedMs) };
    },
  };
}
