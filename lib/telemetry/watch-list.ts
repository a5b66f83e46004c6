import type { Interest, WantedThing } from "../connection/subscription-plan.ts";
import type { SiteLoad, ThingSummary } from "../fleet/thing.ts";

/** What is on screen, ref-counted: open devices first, then rows, each once. */
export interface WatchList {
  watch: (things: readonly ThingSummary[]) => () => void;
  open: (thing: ThingSummary) => () => void;
  setSiteLoads: (loads: readonly SiteLoad[]) => void;
  interest: () => Interest;
  openThings: () => string[];
}

interface Entry {
  wanted: WantedThing;
  count: number;
}

function toWanted({ thingName, site, intervalMs }: ThingSummary): WantedThing {
  return { thing: thingName, site, messagesPerSecond: 1000 / Math.max(100, intervalMs) };
}

/** What whole sites would cost, as the subscription planner takes it. */
export const toSiteInterest = (loads: readonly SiteLoad[]): Interest["siteLoads"] =>
  loads.map(({ site, expectedMessagesPerSecond }) => ({ site, messagesPerSecond: expectedMessagesPerSecond }));

function hold(entries: Map<string, Entry>, thing: ThingSummary): () => void {
  const entry = entries.get(thing.thingName) ?? { wanted: toWanted(thing), count: 0 };
  entry.count += 1;
  entry.wanted = toWanted(thing);
  entries.set(thing.thingName, entry);
  return () => {
    entry.count -= 1;
    if (entry.count === 0 && entries.get(thing.thingName) === entry) entries.delete(thing.thingName);
  };
}

/** An empty list; `onChange` is called after each change, at most once per turn of the event loop. */
export function createWatchList(onChange: () => void): WatchList {
  const opened = new Map<string, Entry>();
  const watched = new Map<string, Entry>();
  let siteLoads: Interest["siteLoads"] = [];
  let isTold = true;
  const changed = (): void => {
    if (!isTold) return;
    isTold = false;
    queueMicrotask(() => {
      isTold = true;
      onChange();
    });
  };
  const release = (undo: (() => void)[]) => {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      for (const step of undo) step();
      changed();
    };
  };
  return {
    watch: (things) => {
      const undo = things.map((thing) => hold(watched, thing));
      changed();
      return release(undo);
    },
    open: (thing) => {
      const undo = hold(opened, thing);
      changed();
      return release([undo]);
    },
    setSiteLoads: (loads) => {
      siteLoads = toSiteInterest(loads);
      changed();
    },
    interest: () => ({ things: [...opened.values(), ...watched.values()].map(({ wanted }) => wanted), siteLoads }),
    openThings: () => [...opened.keys()],
  };
}
