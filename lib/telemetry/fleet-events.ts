import type { ThingEvent } from "./thing-live.ts";

const THINGS_MAX = 50;
/** A device that is lost this often within the window is flapping: each return hides the next loss. */
const FLAP_WINDOW_MS = 10 * 60_000;
const LOSSES_KEPT_MAX = 20;

/** The newest event of one thing, and how often it was lost lately. */
export interface FleetEvent {
  thingName: string;
  event: ThingEvent;
  /** Disconnects within the ten minutes before the event. */
  lossCount: number;
}

/** The things of all the viewer's sites to which something happened since the tab opened, the latest first; bounded. */
export interface FleetEvents {
  add: (thingName: string, event: ThingEvent) => void;
  /** The same list until something is added. */
  list: () => readonly FleetEvent[];
  clear: () => void;
}

export function createFleetEvents(): FleetEvents {
  let latest: readonly FleetEvent[] = [];
  const lossesAtMs = new Map<string, number[]>();
  return {
    add: (thingName, event) => {
      const known = lossesAtMs.get(thingName) ?? [];
      const losses = event.kind === "disconnected" ? [...known, event.atMs].slice(-LOSSES_KEPT_MAX) : known;
      const recent = losses.filter((atMs) => event.atMs - atMs < FLAP_WINDOW_MS);
      if (recent.length > 0) lossesAtMs.set(thingName, recent);
      latest = [{ thingName, event, lossCount: recent.length }, ...latest.filter((other) => other.thingName !== thingName)].slice(
        0,
        THINGS_MAX,
      );
      // What is no longer listed is no longer counted.
      if (lossesAtMs.size > THINGS_MAX * 2) {
        const listed = new Set(latest.map((other) => other.thingName));
        for (const name of lossesAtMs.keys()) if (!listed.has(name)) lossesAtMs.delete(name);
      }
    },
    list: () => latest,
    clear: () => {
      latest = [];
      lossesAtMs.clear();
    },
  };
}
