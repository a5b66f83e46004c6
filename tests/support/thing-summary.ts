import type { ThingSummary } from "../../lib/fleet/thing.ts";

/** A pump of the harbor that is connected and has no shadow. */
export function thingSummary(thingName: string, extra: Partial<ThingSummary> = {}): ThingSummary {
  return {
    thingName,
    label: thingName,
    site: "harbor",
    thingType: "pump",
    groups: [],
    intervalMs: 1_000,
    connectivity: { isConnected: true, atMs: 1, reason: null },
    shadow: null,
    attributes: {},
    readAtMs: 0,
    ...extra,
  };
}
