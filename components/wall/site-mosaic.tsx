"use client";

import { memo, useMemo } from "react";
import { coveredWords } from "@/components/fleet/count-words";
import { LivenessMark } from "@/components/fleet/liveness-mark";
import { InertText } from "@/components/fleet/thing-name";
import { useSeedThings, useThingLive } from "@/components/live/use-thing-live";
import { FleetStrip } from "@/components/overview/count-tiles";
import { useThings } from "@/components/overview/use-things";
import { classNames } from "@/components/ui/class-names";
import type { Liveness } from "@/lib/fleet/liveness";
import type { ThingSummary } from "@/lib/fleet/thing";

const TILE_LOOKS: Partial<Record<Liveness, string>> = {
  alarm: "border-alarm bg-alarm-soft font-semibold",
  quiet: "border-quiet bg-quiet-soft",
};

const Tile = memo(function Tile({ thing, isNamed }: { readonly thing: ThingSummary; readonly isNamed: boolean }) {
  const { liveness } = useThingLive(thing.thingName);
  return (
    <li
      className={classNames(
        "rounded-small text-body flex min-w-0 items-center gap-1.5 border px-2 py-1",
        !isNamed && "justify-center px-1",
        TILE_LOOKS[liveness] ?? "border-line bg-surface",
      )}
    >
      <LivenessMark liveness={liveness} isMarkOnly />
      <InertText text={thing.label || thing.thingName} className={isNamed ? "truncate" : "sr-only"} />
    </li>
  );
});

interface SiteProps {
  readonly site: { readonly id: string; readonly label: string };
  readonly things: readonly ThingSummary[];
  readonly isNamed: boolean;
}

function SiteTiles({ site, things, isNamed }: SiteProps) {
  const { data } = useThings({ site: [site.id] }, 1);
  const hidden = (data?.totalCount ?? things.length) - things.length;
  return (
    <section aria-label={site.label}>
      <h2 className="text-title flex items-baseline justify-between gap-4">
        <InertText text={site.label} className="truncate font-semibold" />
        <span className="text-ink-2">{data ? coveredWords(data.totalCount.toLocaleString("en"), data.isWhole) : "–"}</span>
      </h2>
      <FleetStrip counts={data?.countsByState} className="rounded-small my-3 h-3" />
      <ul
        className={classNames(
          "grid gap-1.5",
          isNamed ? "grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))]" : "grid-cols-[repeat(auto-fill,minmax(1.75rem,1fr))]",
        )}
      >
        {things.map((thing) => (
          <Tile key={thing.thingName} thing={thing} isNamed={isNamed} />
        ))}
      </ul>
      {hidden > 0 && <p className="text-body text-ink-3 mt-2">{hidden.toLocaleString("en")} more are not drawn here.</p>}
    </section>
  );
}

interface MosaicProps extends Pick<SiteProps, "things" | "isNamed"> {
  readonly sites: readonly SiteProps["site"][];
  /** Of each site so many are drawn, the first ones given. */
  readonly tilesMax: number;
}

/** Every device as one mark under its site, so that a fault is seen as a place and not only as a number. */
export function SiteMosaic({ sites, things, tilesMax, isNamed }: MosaicProps) {
  // Without a link a mark is what the server's answer says, as the figures above it are.
  useSeedThings(things);
  // By name, not by state: a device keeps its place on the wall while its state changes.
  const placed = useMemo(() => {
    const ofSite = (id: string) => things.filter(({ site }) => site === id).slice(0, tilesMax);
    const byName = (a: ThingSummary, b: ThingSummary) => (a.label || a.thingName).localeCompare(b.label || b.thingName, "en");
    return new Map(sites.map(({ id }) => [id, ofSite(id).sort(byName)]));
  }, [sites, things, tilesMax]);
  return (
    <div className={classNames("grid items-start gap-x-12 gap-y-8", sites.length > 1 && "lg:grid-cols-2")}>
      {sites.map((site) => (
        <SiteTiles key={site.id} site={site} things={placed.get(site.id) ?? []} isNamed={isNamed} />
      ))}
    </div>
  );
}
