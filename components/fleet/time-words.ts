export type ClockMode = "local" | "utc";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time in one unit, the largest that fits: "3 s", "12 min", "4 h", "9 d". Negative lengths read as "0 s". */
export function durationWords(lengthMs: number): string {
  const ms = Math.max(0, lengthMs);
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} d`;
}

/** How long ago something was: "now" within a second, "3 s ago" after; a moment ahead of us reads "in 2 min". */
export function agoWords(atMs: number, nowMs: number): string {
  const ageMs = nowMs - atMs;
  if (ageMs < -2 * SECOND_MS) return `in ${durationWords(-ageMs)}`;
  return ageMs < SECOND_MS ? "now" : `${durationWords(ageMs)} ago`;
}

const two = (value: number): string => String(value).padStart(2, "0");

function partsOf(atMs: number, mode: ClockMode) {
  const date = new Date(atMs);
  return mode === "utc"
    ? {
        date: [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()],
        time: [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()],
      }
    : { date: [date.getFullYear(), date.getMonth() + 1, date.getDate()], time: [date.getHours(), date.getMinutes(), date.getSeconds()] };
}

/** False for what no calendar of ours can name (not a number, before 1970, after 9999). */
export const isNameableTime = (atMs: number): boolean => Number.isFinite(atMs) && atMs >= 0 && atMs < 253_402_300_800_000;

/** The time of day to the second: "14:02:11". */
export const clockWords = (atMs: number, mode: ClockMode): string =>
  isNameableTime(atMs) ? partsOf(atMs, mode).time.map(two).join(":") : "unknown time";

/** The date: "2026-11-23". */
export const dateWords = (atMs: number, mode: ClockMode): string =>
  isNameableTime(atMs) ? partsOf(atMs, mode).date.map(two).join("-") : "unknown date";

/** Date, time and zone, for hover and focus: "2026-11-23 14:02:11 UTC". */
export function exactWords(atMs: number, mode: ClockMode): string {
  if (!isNameableTime(atMs)) return "unknown time";
  const { date, time } = partsOf(atMs, mode);
  return `${date.map(two).join("-")} ${time.map(two).join(":")} ${mode === "utc" ? "UTC" : "local time"}`;
}

const isSameDay = (oneMs: number, otherMs: number, mode: ClockMode): boolean =>
  isNameableTime(oneMs) && partsOf(oneMs, mode).date.join() === partsOf(otherMs, mode).date.join();

/** A deadline, to the minute: "14:24" today, "2026-11-24 14:24" on any other day. */
export function minuteWords(atMs: number, nowMs: number, mode: ClockMode): string {
  const words = shortWords(atMs, nowMs, mode);
  return isSameDay(atMs, nowMs, mode) ? words.slice(0, "14:24".length) : words;
}

/** Time of day for today, date and time for any other day. */
export function shortWords(atMs: number, nowMs: number, mode: ClockMode): string {
  if (!isNameableTime(atMs)) return "unknown time";
  const { date, time } = partsOf(atMs, mode);
  return isSameDay(atMs, nowMs, mode) ? time.map(two).join(":") : `${date.map(two).join("-")} ${time.slice(0, 2).map(two).join(":")}`;
}
