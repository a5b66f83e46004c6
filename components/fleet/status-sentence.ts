import type { JsonObject } from "@/lib/fleet/thing";
import { CLOCK_SKEW_MS_MAX, type ThingLive } from "@/lib/telemetry/thing-live";
import { inertText } from "./inert-text";
import { LIVENESS } from "./liveness-words";
import { offlineWords } from "./offline-words";
import { agoWords, durationWords } from "./time-words";

/** What the thing says it could not do, from `reported.lastError`; null when it says nothing. */
export function lastErrorOf(reported: JsonObject): string | null {
  const { lastError } = reported;
  if (typeof lastError !== "object" || lastError === null || Array.isArray(lastError)) return null;
  return typeof lastError.message === "string" ? inertText(lastError.message, 200) : null;
}

/** A thing's state as one sentence: "Live, last heard 3 s ago, connected 4 h". `nowMs` is the server's clock. */
export function statusSentence(live: ThingLive, intervalMs: number, nowMs: number): string {
  const { liveness, lastHeardMs, connectedSinceMs, offlineSinceMs } = live;
  const heard = lastHeardMs === null ? null : `last heard ${agoWords(lastHeardMs, nowMs)}`;
  const expected = liveness === "quiet" ? `expected every ${durationWords(intervalMs)}` : null;
  const connected = connectedSinceMs === null ? null : `connected ${durationWords(nowMs - connectedSinceMs)}`;
  const why = offlineWords(live.offlineReason);
  const offline =
    liveness === "offline" && offlineSinceMs !== null
      ? `for ${durationWords(nowMs - offlineSinceMs)}${why === null ? "" : `: ${why}`}`
      : null;
  const head = offline === null ? LIVENESS[liveness].word : `${LIVENESS[liveness].word} ${offline}`;
  return [head, heard, expected, offline === null ? connected : null].filter((part) => part !== null).join(", ");
}

/** Why this thing's own times are not believed; null while its clock is right, or nothing is known of it. */
export function clockSentence({ clockSkewMs, isClockUnreadable }: Pick<ThingLive, "clockSkewMs" | "isClockUnreadable">): string | null {
  const placed = "Its values are placed at the time they arrived.";
  if (isClockUnreadable) return `This device’s clock cannot be trusted: it sends times that are no times. ${placed}`;
  if (clockSkewMs === null || Math.abs(clockSkewMs) <= CLOCK_SKEW_MS_MAX) return null;
  return `This device’s clock is ${durationWords(Math.abs(clockSkewMs))} ${clockSkewMs > 0 ? "ahead of" : "behind"} the server’s. ${placed}`;
}
