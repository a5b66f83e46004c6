/** A row of history is one minute of one thing; a later message of the same minute replaces the earlier one. */
export const HISTORY_MINUTE_MS = 60_000;

/**
 * Which messages are kept: those that arrive within the first `lengthMs` of every `periodMs`. A thing that reports at least every
 * `lengthMs` has a message in each window, so about one a minute; the rest of its messages cost no action. The period is a prime number
 * of seconds, so that a slower thing, whose interval is usually a round number, meets the window in turn instead of never.
 */
export const HISTORY_WINDOW = { periodMs: 53_000, lengthMs: 10_000 } as const;

/** Days a row is kept unless the deployer says otherwise. */
export const HISTORY_DAYS = 30;

/** A payload that the live screens refuse for its size is not kept either: the bytes of the largest one in base64. */
export const HISTORY_DATA_LENGTH_MAX = Math.ceil(16_384 / 3) * 4;

const GRAIN_MS = 100;
const SPACING_MS_MAX = 3_600_000;

/**
 * How far apart two kept samples of a thing may be although nothing is missing, in ms: a minute for a thing that reports at least every
 * ten seconds, longer for a slower one. At most an hour.
 */
export function historySpacingMs(intervalMs: number): number {
  const { periodMs, lengthMs } = HISTORY_WINDOW;
  if (intervalMs <= lengthMs) return HISTORY_MINUTE_MS;
  const [period, length, step] = [periodMs, lengthMs, intervalMs].map((ms) => Math.max(1, Math.round(ms / GRAIN_MS))) as [
    number,
    number,
    number,
  ];
  // Such a thing passes the window by for ever, or meets it every time: nobody can tell which.
  if (greatestCommonDivisor(step, period) > length) return SPACING_MS_MAX;
  let longest = 0;
  let sinceHit = 0;
  for (let message = 1, phase = 0; message <= 2 * period; message += 1) {
    phase = (phase + step) % period;
    sinceHit += 1;
    longest = Math.max(longest, sinceHit);
    if (phase < length) sinceHit = 0;
  }
  return Math.min(SPACING_MS_MAX, Math.max(HISTORY_MINUTE_MS, longest * intervalMs));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
