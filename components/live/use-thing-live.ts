"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { ThingSummary } from "@/lib/fleet/thing";
import { steadyNowMs } from "@/lib/platform/clock";
import type { MetricValue, RawMessage, ThingEvent, ThingLive } from "@/lib/telemetry/thing-live";
import { useLiveSession } from "./live-provider";
import { useThingSnapshot } from "./use-store-snapshot";

const UNKNOWN: ThingLive = {
  liveness: "unknown",
  lastHeardMs: null,
  connectedSinceMs: null,
  offlineSinceMs: null,
  offlineReason: null,
  clockSkewMs: null,
  isClockUnreadable: false,
  isStreaming: false,
  version: null,
  desired: {},
  reported: {},
  metadata: {},
  clientToken: null,
};
const NO_NAMES: string[] = [];
const NO_EVENTS: ThingEvent[] = [];
const NO_RAWS: RawMessage[] = [];

/** The newest of one thing: liveness, presence, shadow. Re-renders at most once per frame and only when this thing changed. */
export function useThingLive(thingName: string): ThingLive {
  return useThingSnapshot(thingName, (store) => store.record(thingName).live(store.facts()), UNKNOWN);
}

/** The newest value of one metric; undefined until one arrived. */
export function useMetric(thingName: string, metric: string): MetricValue | undefined {
  return useThingSnapshot<MetricValue | undefined>(thingName, (store) => store.record(thingName).metric(metric, store.facts()), undefined);
}

/** The metrics a thing has reported, in the order they first appeared. */
export function useMetricNames(thingName: string): string[] {
  return useThingSnapshot(thingName, (store) => store.record(thingName).metricNames(), NO_NAMES);
}

/** Tells the store what a page's answer says of these things, for marks of things that nobody watches. */
export function useSeedThings(things: readonly ThingSummary[]): void {
  const session = useLiveSession();
  useEffect(() => session?.store.seed(things), [session, things]);
}

/** Tells which things are on screen; their streams are subscribed within the budget, ref-counted, with a grace period. Also seeds presence and shadow from the page's answer. */
export function useWatchThings(things: readonly ThingSummary[]): void {
  const session = useLiveSession();
  useEffect(() => {
    session?.store.seed(things);
    return session?.watchList.watch(things);
  }, [session, things]);
}

/** Makes one thing's stream come first and keeps its longer history and raw messages while mounted. */
export function useOpenThing(thing: ThingSummary | null): void {
  const session = useLiveSession();
  const thingName = thing?.thingName;
  const latest = useRef(thing);
  useEffect(() => {
    latest.current = thing;
    if (thing) session?.store.seed([thing]);
  }, [session, thing]);
  // Kept open by name: a fresher answer about the same thing must not cost its history.
  useEffect(() => {
    const opened = latest.current;
    if (!session || !opened || opened.thingName !== thingName) return undefined;
    const close = session.store.open(opened.thingName);
    const release = session.watchList.open(opened);
    return () => {
      release();
      close();
    };
  }, [session, thingName]);
}

/** What happened to a thing since the tab opened, newest first, at most 500. */
export function useEvents(thingName: string): ThingEvent[] {
  return useThingSnapshot(thingName, (store) => store.record(thingName).events(), NO_EVENTS);
}

/** The last messages of an open thing as they arrived, newest first, at most 200. */
export function useRawMessages(thingName: string): RawMessage[] {
  return useThingSnapshot(thingName, (store) => store.record(thingName).raws(), NO_RAWS);
}

/** Reads the server's clock (epoch ms) at the moment of a press: what the server will hold against its own must not follow a wrong clock here. */
export function useReadServerNow(): () => number {
  const session = useLiveSession();
  return useCallback(() => Math.round(session?.serverNowMs() ?? steadyNowMs()), [session]);
}

/** The server's clock on this machine (epoch ms), re-rendering every `everyMs`; for ages ("3 s ago"). 0 on the server. */
export function useServerNow(everyMs = 1000): number {
  const readNow = useReadServerNow();
  const [nowMs, setNowMs] = useState(0);
  useEffect(() => {
    const read = (): void => setNowMs(readNow());
    read();
    const timer = setInterval(read, everyMs);
    return () => clearInterval(timer);
  }, [readNow, everyMs]);
  return nowMs;
}
