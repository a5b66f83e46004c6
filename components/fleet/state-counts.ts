import type { IndexedState, ThingsPage } from "@/lib/fleet/thing";

type Counts = ThingsPage["countsByState"];

/** Only who listens can tell these; the fleet index knows presence and what a device reports of itself. */
const HEARD_ONLY: readonly IndexedState[] = ["quiet", "stale"];

export interface StateCount {
  /** Null where nobody has listened: that is not zero. */
  readonly count: number | null;
  /** What the figure covers; null when it is the whole fleet. */
  readonly coverage: string | null;
}

/** How many things all states hold together. */
export const countOfAll = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Connected things, as far as presence knows: those a screen could hear. */
const audible = ({ live, quiet, stale, alarm }: Counts): number => live + quiet + stale + alarm;

/** The figure of a state, and what it covers when it is not the whole fleet. `heard` counts the things this screen listens to. */
export function stateCount(
  state: IndexedState,
  { countsByState: counts, isWhole: isRead }: Pick<ThingsPage, "countsByState" | "isWhole">,
  heard: number,
): StateCount {
  if (!isRead) return { count: counts[state], coverage: "so far" };
  const isWhole = heard >= audible(counts) || countOfAll(counts) === 0;
  const isPartial = HEARD_ONLY.includes(state) || state === "alarm";
  if (isWhole || !isPartial) return { count: counts[state], coverage: null };
  const words = `of ${heard.toLocaleString("en")} heard on this screen`;
  if (state === "alarm") return { count: counts.alarm, coverage: heard === 0 ? "reported by devices" : `reported, or ${words}` };
  return heard === 0 && counts[state] === 0
    ? { count: null, coverage: "none heard on this screen" }
    : { count: counts[state], coverage: words };
}

/** The share of the whole in words, which never round a device away; null without a whole. */
export function stateShare(count: number | null, counts: Counts): string | null {
  const total = countOfAll(counts);
  if (count === null || total === 0) return null;
  const percent = Math.round((count / total) * 100);
  if (percent === 0 && count > 0) return "under 1 %";
  return percent === 100 && count < total ? "over 99 %" : `${percent} %`;
}
