"use client";

import Link from "next/link";
import { alarmsHref, useAlarms } from "@/components/alarms/use-alarms";
import { devicesHref } from "@/components/fleet/fleet-query";
import { LivenessMark } from "@/components/fleet/liveness-mark";
import { LIVENESS } from "@/components/fleet/liveness-words";
import { Skeleton } from "@/components/ui/states";
import { classNames } from "@/components/ui/class-names";
import { StatusMark } from "@/components/ui/status-mark";
import { countOfAll, stateCount, stateShare } from "@/components/fleet/state-counts";
import { heardCount, useHeard } from "@/components/live/use-heard";
import type { IndexedState, ThingsPage } from "@/lib/fleet/thing";

/** In the order a fleet is hoped to be in; the tiles and the strip read the same way. */
export const TILE_ORDER: readonly IndexedState[] = ["live", "quiet", "stale", "offline", "never-seen", "alarm"];

const FILLS: Record<IndexedState, string> = {
  live: "fill-live-mark",
  quiet: "fill-quiet-mark",
  stale: "fill-offline-mark",
  offline: "fill-offline-mark opacity-60",
  "never-seen": "fill-offline-mark opacity-25",
  alarm: "fill-alarm-mark",
};

type Counts = ThingsPage["countsByState"];

/** The whole fleet as one bar, divided by state. Decorative: the tiles carry the figures. */
export function FleetStrip({ counts, className }: { readonly counts: Counts | undefined; readonly className?: string }) {
  const total = counts ? countOfAll(counts) : 0;
  const shares = TILE_ORDER.map((state) => ({ state, share: total === 0 ? 0 : ((counts?.[state] ?? 0) / total) * 1000 }));
  return (
    <svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden className={classNames("bg-well block w-full", className)}>
      {shares.map(({ state, share }, at) => {
        const from = shares.slice(0, at).reduce((sum, item) => sum + item.share, 0);
        return share > 0 && <rect key={state} x={from} y={0} width={Math.max(1.5, share - 1.5)} height={10} className={FILLS[state]} />;
      })}
    </svg>
  );
}

/** A dash where nothing is known, a placeholder while it is on its way. */
function Figure({ count }: { readonly count: number | null | undefined }) {
  if (count === undefined) return <Skeleton className="my-1 h-6 w-14" />;
  return (
    <span className={classNames("text-figure font-semibold tracking-tight", count === 0 && "text-ink-3")}>
      {count?.toLocaleString("en") ?? "–"}
    </span>
  );
}

interface TileProps {
  readonly state: IndexedState;
  readonly page: ThingsPage | undefined;
  readonly heard: number;
  /** The sites that the page speaks of; of all when none is named. */
  readonly site: readonly string[];
  /** The counts could not be read: a dash, for nothing is on its way. */
  readonly isUnread: boolean;
}

function Tile({ state, page, heard, site, isUnread }: TileProps) {
  const { count, coverage } = page ? stateCount(state, page, heard) : { count: isUnread ? null : undefined, coverage: null };
  const share = page ? stateShare(count ?? null, page.countsByState) : null;
  return (
    <Link
      href={devicesHref({ state: [state], site })}
      title={LIVENESS[state].meaning}
      className="group bg-surface hover:bg-raised flex min-w-0 flex-col gap-1 px-4 py-3 -outline-offset-2 transition-colors"
    >
      <LivenessMark liveness={state} className="text-ink-2 font-medium" />
      <Figure count={count} />
      <span className="text-small text-ink-3">{coverage ?? (share === null ? "\u00a0" : `${share} of the fleet`)}</span>
    </Link>
  );
}

/** Alarms are counted where they are kept, in the cloud: those beyond their limit now, and how many of all nobody has answered. */
export function useAlarmFigures(site: readonly string[]) {
  const { data, error } = useAlarms({ site, limit: 1 });
  const counts = data?.counts;
  return {
    /** Null when it could not be read. */
    standing: counts ? counts.active.critical + counts.active.warning : error === undefined ? undefined : null,
    words: counts && `${counts.active.critical} critical, ${counts.unacknowledged} to acknowledge`,
    isPressing: (counts?.unacknowledged ?? 0) > 0,
  };
}

function AlarmTile({ site }: Pick<TileProps, "site">) {
  const { standing, words, isPressing } = useAlarmFigures(site);
  return (
    <Link
      href={alarmsHref({ site })}
      title="Values beyond a limit of their device type, or only just back within it, and faults that devices report"
      className={classNames(
        "group hover:bg-raised flex min-w-0 flex-col gap-1 px-4 py-3 -outline-offset-2 transition-colors",
        isPressing ? "bg-alarm-soft" : "bg-surface",
      )}
    >
      <StatusMark shape="triangle" tone="alarm" word="Alarms" className="text-ink-2 font-medium" />
      <Figure count={standing} />
      <span className="text-small text-ink-3">{words ?? "\u00a0"}</span>
    </Link>
  );
}

/** How many things are in each state; a tile opens the list narrowed to it. */
export function CountTiles({ page, site, isUnread }: Pick<TileProps, "page" | "site" | "isUnread">) {
  const heard = heardCount(useHeard(), site);
  return (
    <section aria-label="Devices by state" data-live-area className="rounded-panel border-line bg-surface overflow-hidden border">
      <FleetStrip counts={page?.countsByState} className="h-2" />
      <div className="bg-line grid grid-cols-2 gap-px sm:grid-cols-3 lg:grid-cols-6">
        {TILE_ORDER.map((state) =>
          state === "alarm" ? (
            <AlarmTile key={state} site={site} />
          ) : (
            <Tile key={state} state={state} page={page} heard={heard} site={site} isUnread={isUnread} />
          ),
        )}
      </div>
    </section>
  );
}
