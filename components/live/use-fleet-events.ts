"use client";

import { useMemo } from "react";
import type { FleetEvent } from "@/lib/telemetry/fleet-events";
import { useLiveSession } from "./live-provider";
import { useStoreSnapshot, useThingSnapshot } from "./use-store-snapshot";

const NO_EVENTS: readonly FleetEvent[] = [];

/** The newest event of each thing of the viewer's sites (or of some) to which something happened since the tab opened, latest first, at most 50. */
export function useFleetEvents(site: readonly string[]): readonly FleetEvent[] {
  const store = useLiveSession()?.store;
  const events = useStoreSnapshot((live) => live.fleetEvents.list(), NO_EVENTS);
  return useMemo(
    () => (site.length === 0 ? events : events.filter(({ thingName }) => site.includes(store?.record(thingName).site ?? ""))),
    [events, site, store],
  );
}

/** What people call the thing; its name until an answer has described it. */
export function useThingLabel(thingName: string): string {
  return useThingSnapshot(thingName, (store) => store.record(thingName).label ?? thingName, thingName);
}
