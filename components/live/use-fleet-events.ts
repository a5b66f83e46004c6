"use client";

import { useMemo } from "react";
import type { FleetEvent } from "@/lib/telemetry/fleet-events";
import { useLiveSession } from "./live-provider";
import { useStoreSnapshot, useThingSnapshot } from "./use-store-snapshot";

const NO_EVENTS: readonly FleetEvent[] = [];

/** The newest event of each thing of the viewer's sites (or of one) to which something happened since the tab opened, latest first, at most 50. */
export function useFleetEvents(site: string | null): readonly FleetEvent[] {
  const store = useLiveSession()?.store;
  const events = useStoreSnapshot((live) => live.fleetEvents.list(), NO_EVENTS);
  return useMemo(
    () => (site === null ? events : events.filter(({ thingName }) => store?.record(thingName).site === site)),
    [events, site, store],
  );
}

/** What people call the thing; its name until an answer has described it. */
export function useThingLabel(thingName: string): string {
  return useThingSnapshot(thingName, (store) => store.record(thingName).label ?? thingName, thingName);
}
