/** A frame at 60 a second, in ms: more news than this are not seen. */
const FRAME_MS = 1000 / 60;
/** The browser paints, and people's clicks are heard, between one run and the next, however long a run takes. */
const REST_MS = FRAME_MS / 2;

export interface FramePace {
  /** Runs now if the last run was a frame ago, and otherwise as soon as it will have been; further requests until then are the same one. */
  request: () => void;
  cancel: () => void;
}

export interface FramePaceParts {
  run: () => void;
  /** Monotonic, ms. */
  nowMs: () => number;
  later: (run: () => void, delayMs: number) => () => void;
}

/**
 * Runs at most once a frame without waiting for the next one: what came is in the page before the browser paints it, instead of a frame later,
 * and a page where nothing visible changed paints nothing.
 */
export function createFramePace({ run, nowMs, later }: FramePaceParts): FramePace {
  let dueAtMs = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | null = null;
  const runNow = (): void => {
    cancel = null;
    const startedAtMs = nowMs();
    dueAtMs = startedAtMs + FRAME_MS;
    run();
    // After what `run` has queued, which is React's commit.
    queueMicrotask(() => (dueAtMs = Math.max(startedAtMs + FRAME_MS, nowMs() + REST_MS)));
  };
  return {
    request: () => {
      if (cancel) return;
      const waitMs = dueAtMs - nowMs();
      if (waitMs <= 0) runNow();
      else cancel = later(runNow, waitMs);
    },
    cancel: () => {
      cancel?.();
      cancel = null;
    },
  };
}
