"use client";

import { Monitor } from "lucide-react";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import { RecentCommands } from "@/components/control/recent-commands";
import { FirstRun } from "@/components/fleet/first-run";
import { errorWords } from "@/lib/session/site-api.client";
import { listCount } from "@/components/fleet/count-words";
import { NoSite } from "@/components/fleet/no-site";
import { countOfAll } from "@/components/fleet/state-counts";
import { useSites } from "@/components/fleet/use-sites";
import { useWatchThings } from "@/components/live/use-thing-live";
import { useViewer } from "@/components/shell/viewer-provider";
import { Button } from "@/components/ui/button";
import { buttonClass } from "@/components/ui/button-class";
import { Card, PageHead } from "@/components/ui/card";
import { Banner } from "@/components/ui/states";
import type { IndexedState, ThingSummary } from "@/lib/fleet/thing";
import { AttentionList } from "./attention-list";
import { CountTiles } from "./count-tiles";
import { LiveNow } from "./live-now";
import { LatestEvents } from "./latest-events";
import { SiteTable } from "./site-table";
import { useThings } from "./use-things";

const SHOWN_MAX = 8;
/** Devices with something to see; the counts that come with them are those of the whole fleet. */
const WITH_VALUES: readonly IndexedState[] = ["alarm", "quiet", "stale", "live"];
const NOBODY: readonly ThingSummary[] = [];

/** The first page: how the fleet is, what needs a person, what was done last. */
export function OverviewPage() {
  const { sites } = useViewer();
  const { siteLabel } = useSites();
  const asked = useSearchParams().get("site");
  const site = useMemo(() => (asked === null ? [] : [asked]), [asked]);
  const { data: page, error, mutate } = useThings({ site, state: WITH_VALUES }, SHOWN_MAX);
  const things = page?.things ?? NOBODY;
  const totalCount = page ? countOfAll(page.countsByState) : 0;
  useWatchThings(things);
  if (sites.length === 0) return <NoSite />;
  const where = asked === null ? (sites.length === 1 ? sites[0]?.label : `${sites.length} sites`) : siteLabel(asked);
  return (
    <div className="flex flex-col gap-4">
      <PageHead
        title="Overview"
        lead={
          page ? `${listCount({ ...page, totalCount })} · ${where ?? ""}` : error === undefined ? "Reading the fleet" : "Could not be read"
        }
        actions={
          <Link href={asked === null ? "/wall/all" : `/wall/all?site=${encodeURIComponent(asked)}`} className={buttonClass("plain")}>
            <Monitor className="size-4" aria-hidden />
            Wall screen
          </Link>
        }
      />
      {error !== undefined && (
        <Banner
          tone="caution"
          actions={
            <Button size="small" onClick={() => void mutate()}>
              Try again
            </Button>
          }
        >
          {errorWords(error)} {page && "The figures below are the last that could be read."}
        </Banner>
      )}
      {page?.isWhole === true && totalCount === 0 ? (
        <Card>
          <FirstRun />
        </Card>
      ) : (
        <>
          <CountTiles page={page} site={site} isUnread={page === undefined && error !== undefined} />
          <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(18rem,1fr)]">
            <div className="flex min-w-0 flex-col gap-4">
              <AttentionList site={site} />
              <LiveNow things={things} />
              <Card title="Recent commands" isFlush>
                <RecentCommands />
              </Card>
            </div>
            <div className="flex min-w-0 flex-col gap-4">
              {sites.length > 1 && asked === null && <SiteTable />}
              <LatestEvents site={site} />
            </div>
          </div>
        </>
      )}
    </div>
  );
}
