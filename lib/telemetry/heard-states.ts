import type { IndexedState } from "../fleet/thing.ts";
import type { LiveStore } from "./live-store.ts";

/** How often the whole deck is looked over; a count that is three seconds old is fresh enough for a tile. */
const LOOK_EVERY_MS = 3_000;
/** What GET /api/things takes. */
const VERDICTS_MAX = 400;
const VERDICTS_LENGTH_MAX = 8_192;
/** When not all fit, what needs a person goes first. */
const URGENCY: readonly IndexedState[] = ["alarm", "quiet", "offline", "stale", "never-seen", "live"];

/** What listening tells of the fleet beyond the server's index; the same object until something in it changes. */
export interface HeardStates {
  /** Things whose stream this tab listens to, by site. */
  countBySite: ReadonlyMap<string, number>;
  /** `state.thing` for each thing whose state the index does not know, as GET /api/things takes them (`heard`). */
  verdicts: string;
  /** True when there were more than a query carries. */
  isCut: boolean;
}

export const NOTHING_HEARD: HeardStates = { countBySite: new Map(), verdicts: "", isCut: false };

function joinVerdicts(found: readonly { state: IndexedState; thing: string }[]): Pick<HeardStates, "verdicts" | "isCut"> {
  const ranked = [...found].sort((a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state) || (a.thing < b.thing ? -1 : 1));
  const kept: string[] = [];
  let length = 0;
  for (const { state, thing } of ranked) {
    const text = `${state}.${thing}`;
    length += text.length + 1;
    if (kept.length >= VERDICTS_MAX || length > VERDICTS_LENGTH_MAX) return { verdicts: kept.join(","), isCut: true };
    kept.push(text);
  }
  return { verdicts: kept.join(","), isCut: false };
}

/** Looks over everything the store knows. */
export function readHeardStates(store: Pick<LiveStore, "records" | "facts">): HeardStates {
  const facts = store.facts();
  const countBySite = new Map<string, number>();
  const found: { state: IndexedState; thing: string }[] = [];
  for (const record of store.records()) {
    if (record.site === null) continue;
    if (record.streamingSinceMs !== null) countBySite.set(record.site, (countBySite.get(record.site) ?? 0) + 1);
    const state = record.betterVerdict(facts);
    if (state !== null) found.push({ state, thing: record.thingName });
  }
  return { countBySite, ...joinVerdicts(found) };
}

function isSame(a: HeardStates, b: HeardStates): boolean {
  if (a.verdicts !== b.verdicts || a.isCut !== b.isCut || a.countBySite.size !== b.countBySite.size) return false;
  return [...a.countBySite].every(([site, count]) => b.countBySite.get(site) === count);
}

/** The deck's heard states, looked over only while somebody is subscribed. */
export interface HeardStatesWatch {
  subscribe: (listener: () => void) => () => void;
  read: () => HeardStates;
}

/** A watch over `store`; while the link is down it keeps what was known last. */
export function createHeardStates(store: Pick<LiveStore, "records" | "facts">): HeardStatesWatch {
  const listeners = new Set<() => void>();
  let known = NOTHING_HEARD;
  let timer: ReturnType<typeof setInterval> | null = null;
  const look = (): void => {
    if (!store.facts().isLinkTrusted) return;
    const next = readHeardStates(store);
    if (isSame(known, next)) return;
    known = next;
    for (const listener of listeners) listener();
  };
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      timer ??= setInterval(look, LOOK_EVERY_MS);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || timer === null) return;
        clearInterval(timer);
        timer = null;
      };
    },
    read: () => known,
  };
}
