/** So long after a scroll event a list still counts as moving. */
const MOVING_MS = 150;
/** How often what a moving list shows is brought up to date: rows that fly by are read by nobody, and painting them costs the frames they fly in. */
const MOVING_EVERY_MS = 250;

/** Slows what a list in motion asks for and is told; at rest nothing is held up. */
export interface ScrollPace {
  onScroll: () => void;
  /** Whether the screen may be brought up to date in this frame. */
  isTurn: () => boolean;
  /** Does the work at once, or once for all that is asked for while the list moves. */
  run: () => void;
  stop: () => void;
}

/** A list that is at rest; `work` is what `run` does. */
export function createScrollPace(work: () => void): ScrollPace {
  let scrolledAtMs = Number.NEGATIVE_INFINITY;
  let turnAtMs = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isMoving = (nowMs: number): boolean => nowMs - scrolledAtMs < MOVING_MS;
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const runNow = (): void => {
    stop();
    work();
  };
  return {
    onScroll: () => {
      scrolledAtMs = performance.now();
    },
    isTurn: () => {
      const nowMs = performance.now();
      if (isMoving(nowMs) && nowMs - turnAtMs < MOVING_EVERY_MS) return false;
      turnAtMs = nowMs;
      return true;
    },
    run: () => {
      if (isMoving(performance.now())) timer ??= setTimeout(runNow, MOVING_EVERY_MS);
      else runNow();
    },
    stop,
  };
}
