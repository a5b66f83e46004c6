"use client";

import { SearchX, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import useSWR from "swr";
import { errorWords } from "@/lib/session/site-api.client";
import { useConnectionState } from "@/components/live/use-connection";
import { loadValueTable } from "@/components/live/live-chart";
import { useOpenThing } from "@/components/live/use-thing-live";
import { useIsAtRest, useLoadAtRest } from "@/components/shell/use-is-at-rest";
import { Button } from "@/components/ui/button";
import { buttonClass } from "@/components/ui/button-class";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { lazyPart } from "@/components/ui/lazy-part";
import { TabPanel, Tabs } from "@/components/ui/tabs";
import { AppError } from "@/lib/platform/app-error";
import type { ThingDetail } from "@/lib/fleet/thing";
import { LiveTab } from "./live-tab";
import { ThingHeader } from "./thing-header";
import { ThingSkeleton } from "./thing-skeleton";

// The first tab draws the charts; the code of the others comes when the page is at rest, or when one is opened before.
const loadState = () => import("./state-tab").then((module) => module.StateTab);
const loadEvents = () => import("./events-tab").then((module) => module.EventsTab);
const loadRaw = () => import("./raw-tab").then((module) => module.RawTab);
const loadCommands = () => import("@/components/control/recent-commands").then((module) => module.RecentCommands);
const StateTab = lazyPart(loadState);
const EventsTab = lazyPart(loadEvents);
const RawTab = lazyPart(loadRaw);
const RecentCommands = lazyPart(loadCommands);
const LATER = [loadState, loadEvents, loadRaw, loadCommands, loadValueTable];

const TABS = ["live", "state", "events", "commands", "raw"] as const;
type TabId = (typeof TABS)[number];

const LABELS: Record<TabId, string> = { live: "Live", state: "State", events: "Events", commands: "Commands", raw: "Raw" };

function TabBody({ tab, thing }: { readonly tab: TabId; readonly thing: ThingDetail }) {
  switch (tab) {
    case "live":
      return <LiveTab thing={thing} />;
    case "state":
      return <StateTab thingName={thing.thingName} />;
    case "events":
      return <EventsTab thingName={thing.thingName} />;
    case "commands":
      return (
        <Card isFlush title="Commands to this device">
          <RecentCommands thingName={thing.thingName} />
        </Card>
      );
    case "raw":
      return <RawTab thingName={thing.thingName} />;
  }
}

function Failure({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const isMissing = error instanceof AppError && error.code === "thing/not-found";
  return (
    <EmptyState
      isPage
      title={isMissing ? "There is no such device among your sites" : "This device could not be read"}
      icon={isMissing ? <SearchX className="size-5" /> : <TriangleAlert className="size-5" />}
      className="min-h-[50vh] justify-center"
      actions={
        <>
          {!isMissing && (
            <Button tone="primary" onClick={onRetry}>
              Try again
            </Button>
          )}
          <Link href="/devices" className={buttonClass("plain")}>
            All devices
          </Link>
        </>
      }
    >
      {isMissing ? "It may have been removed, or it belongs to a site that is not yours." : errorWords(error)}
    </EmptyState>
  );
}

/** One thing: how it is, what it says, what was asked of it. */
export function ThingPage({ thingName }: { readonly thingName: string }) {
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(TABS).withDefault("live"));
  const { data: thing, error, mutate } = useSWR<ThingDetail, unknown>(`/api/things/${encodeURIComponent(thingName)}`);
  useOpenThing(thing ?? null);
  useLoadAtRest(useIsAtRest(useConnectionState().status === "live"), LATER);
  if (!thing) return error === undefined ? <ThingSkeleton /> : <Failure error={error} onRetry={() => void mutate()} />;
  return (
    <div className="flex flex-col gap-3">
      <ThingHeader thing={thing} />
      <div>
        <Tabs
          label="Views of this device"
          name="thing"
          items={TABS.map((id) => ({ id, label: LABELS[id] }))}
          value={tab}
          onChange={(id) => void setTab(id)}
        />
        <TabPanel name="thing" id={tab}>
          <TabBody tab={tab} thing={thing} />
        </TabPanel>
      </div>
    </div>
  );
}
