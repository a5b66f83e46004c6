/** Frames of 60 a second, until the page has seen its own. */
const FRAME_MS = 1000 / 60;
/** Further apart than this, two frames were not neighbours. */
const NEIGHBOUR_MS_MAX = 40;
/**
 * How long before a frame batches are wanted. What comes right after a frame waits for the next one whenever it is handed over, and each hand-over
 * costs; so the first half of a frame brings none. The last batch before it is small, and so is what misses the frame.
 */
const LEADS_MS = [8, 5.5, 3, 1];
/** Nearer than this is now, and now was just handed over. */
const NOW_MS = 0.5;

/** Knows when a page's frames begin, and so when data for them is wanted. Times are those of `performance.now()`. */
export interface FrameClock {
  /** `beganAtMs`: the time that a frame's callback is given. */
  onFrame: (beganAtMs: number) => void;
  /** Milliseconds until the next batch is wanted. */
  nextBatchInMs: (nowMs: number) => number;
}

/** A clock that takes the page for one of 60 frames a second until it has seen two neighbouring frames. */
export function createFrameClock(): FrameClock {
  let frameMs = FRAME_MS;
  let lastAtMs = 0;
  return {
    onFrame: (beganAtMs) => {
      const gapMs = beganAtMs - lastAtMs;
      if (gapMs > 0 && gapMs < NEIGHBOUR_MS_MAX) frameMs += (gapMs - frameMs) / 8;
      lastAtMs = beganAtMs;
    },
    nextBatchInMs: (nowMs) => {
      const leads = LEADS_MS.filter((ms) => ms < frameMs / 2);
      const leftMs = frameMs - ((nowMs - lastAtMs) % frameMs);
      const lead = leads.find((ms) => leftMs - ms > NOW_MS);
      return lead === undefined ? leftMs + frameMs - (leads[0] ?? 0) : leftMs - lead;
    },
  };
}
