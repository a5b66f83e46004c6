/** The stand-in's only source of time, so that the control endpoint can move it. */
export interface Clock {
  /** Epoch milliseconds, control offset included. */
  nowMs(): number;
  /** Moves the clock by `offsetMs` from the machine's own time. */
  setOffsetMs(offsetMs: number): void;
}

export function createClock(): Clock {
  let offsetMs = 0;
  return {
    nowMs: () => Date.now() + offsetMs,
    setOffsetMs: (next) => {
      offsetMs = next;
    },
  };
}
