"use client";

import type { ThingSummary } from "@/lib/fleet/thing";
import type { MetricValue, RawMessage, ThingEvent, ThingLive } from "@/lib/telemetry/thing-live";

const UNKNOWN: ThingLive = {
  liveness: "unknown",
  lastHeardMs: null,
  connectedSinceMs: null,
  offlineSinceMs: null,
  offlineReason: null,
  clockSkewMs: null,
  isStreaming: false,
  version: null,
  desired: {},
  reported: {},
  metadata: {},
  clientToken: null,
};
const NONE: never[] = [];

/** The newest of one thing: liveness, presence, shadow. Re-renders at most once per frame and only when this thing changed. */
export function useThingLive(thingName: string): ThingLive {
  void thingName;
  return UNKNOWN;
}

/** The newest value of one metric; undefined until one arrived. */
export function useMetric(thingName: string, metric: string): MetricValue | undefined {
  void thingName;
  void metric;
  return undefined;
}

/** The metrics a thing has reported, in the order they first appeared. */
export function useMetricNames(thingName: string): string[] {
  void thingName;
  return NONE;
}

/** Tells which things are on screen; their streams are subscribed within the budget, ref-counted, with a grace period. Also seeds presence and shadow from the page's answer. */
export function useWatchThings(things: readonly ThingSummary[]): void {
  void things;
}

/** Makes one thing's stream come first and keeps its longer history and raw messages while mounted. */
export function useOpenThing(thing: ThingSummary | null): void {
  void thing;
}

/** What happened to a thing since the tab opened, newest first, at most 500. */
export function useEvents(thingName: string): ThingEvent[] {
  void thingName;
  return NONE;
}

/** The last messages of an open thing as they arrived, newest first, at most 200. */
export function useRawMessages(thingName: string): RawMessage[] {
  void thingName;
  return NONE;
}

/** The server's clock on this machine (epoch ms), re-rendering every `everyMs`; for ages ("3 s ago"). */
export function useServerNow(everyMs = 1000): number {
  void everyMs;
  return 0;
}
