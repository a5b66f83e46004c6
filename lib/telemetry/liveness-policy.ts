import type { Liveness } from "../fleet/liveness.ts";
import type { Connectivity } from "../fleet/thing.ts";

/** A value must look stale before twice its interval has passed (HAZARDS K10); this leaves room for one late message. */
const LATE_FACTOR = 1.75;
/** Without word of presence, silence this many intervals long is more than a late message. */
const STALE_FACTOR = 5;
const INTERVAL_MS_MIN = 500;

export interface LivenessFacts {
  /** Whether my own link is good: without it nothing is known. */
  isLinkTrusted: boolean;
  hasAlarm: boolean;
  connectivity: Connectivity | null;
  /** When telemetry last arrived (epoch ms, server clock). */
  lastHeardMs: number | null;
  hasReported: boolean;
  intervalMs: number;
  /** Since when this thing's telemetry is subscribed; null while it is not, when silence means nothing. */
  streamingSinceMs: number | null;
}

/** How old a value may be before it is late, in ms. */
export function lateAfterMs(intervalMs: number): number {
  return Math.max(INTERVAL_MS_MIN, intervalMs) * LATE_FACTOR;
}

function isOffline({ connectivity, lastHeardMs, hasReported }: LivenessFacts): boolean {
  if (!connectivity || connectivity.isConnected) return false;
  // The index says "not connected" without a time of things that never were.
  if (lastHeardMs === null) return connectivity.atMs !== null || hasReported;
  // Heard after the disconnect event, or although the index never saw it: it is back and the event of that is still on its way.
  return connectivity.atMs !== null && lastHeardMs <= connectivity.atMs + 1_000;
}

/** The one word for a thing (UX.md 4.3), from what is known at `nowMs`. */
export function evaluateLiveness(facts: LivenessFacts, nowMs: number): Liveness {
  const { connectivity, lastHeardMs, intervalMs, streamingSinceMs } = facts;
  if (!facts.isLinkTrusted) return "unknown";
  if (isOffline(facts)) return "offline";
  if (facts.hasAlarm) return "alarm";
  const isConnected = connectivity?.isConnected === true;
  if (lastHeardMs !== null && nowMs - lastHeardMs <= lateAfterMs(intervalMs)) return "live";
  if (lastHeardMs === null && !isConnected && !facts.hasReported) return "never-seen";
  if (streamingSinceMs === null) return isConnected ? "live" : "stale";
  const silentMs = nowMs - Math.max(lastHeardMs ?? 0, streamingSinceMs);
  if (silentMs <= lateAfterMs(intervalMs)) return isConnected ? "live" : "quiet";
  return isConnected || silentMs <= STALE_FACTOR * intervalMs ? "quiet" : "stale";
}

/** Whether one metric's value is older than its own limit. `seenEveryMs` is how often it has been coming, which may be slower than its thing. */
export function isMetricStale(
  { atMs, seenEveryMs, intervalMs }: { atMs: number; seenEveryMs: number; intervalMs: number },
  nowMs: number,
): boolean {
  return nowMs - atMs > lateAfterMs(Math.max(intervalMs, seenEveryMs));
}
