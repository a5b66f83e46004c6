import type { NamedPlace } from "./thing-names.ts";

/**
 * The wire between the worker and the page: one Float64Array a frame, handed over without copying. Each message is
 * `[thing index, atMs, flags, count, (metric code, value) x count]`; a metric code is `2 * metric index + (1 for a boolean)`.
 * Texts travel beside. Names travel once, when they first appear; a thing index may pass from one name to another between batches.
 */
export interface SampleBatch {
  samples: Float64Array;
  /** Doubles of `samples` in use. */
  length: number;
  messageCount: number;
  /** Whose a thing index is from this batch on. */
  newThings: NamedPlace[];
  /** Names of metrics that follow those already known. */
  newMetrics: string[];
  texts: { thing: number; metric: number; atMs: number; text: string }[];
}

export const HEADER_LENGTH = 4;
/** Flag: the broker kept this message from before the subscription. */
export const FLAG_RETAINED = 1;
/** Flag: the device's clock is more than 5 minutes off, or its `ts` made no sense. */
export const FLAG_CLOCK = 2;

/** Names of metrics that one thing may add: a device that invents names takes none from the others. */
export const NAMES_PER_THING_MAX = 256;
