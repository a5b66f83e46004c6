"use client";

import { CircleCheck } from "lucide-react";
import Link from "next/link";
import { alarmsHref } from "@/components/alarms/use-alarms";
import { deviceCount } from "@/components/fleet/count-words";
import { devicesHref } from "@/components/fleet/fleet-query";
import { errorWords } from "@/lib/session/site-api.client";
import { LivenessMark } from "@/components/fleet/liveness-mark";
import { lastErrorOf, statusSentence } from "@/components/fleet/status-sentence";
import { HeardCell } from "@/components/fleet/thing-cells";
import { InertText } from "@/components/fleet/thing-name";
import { useServerNow, useThingLive, useWatchThings } from "@/components/live/use-thing-live";
import { Card } from "@/components/ui/card";
import { classNames } from "@/components/ui/class-names";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/states";
import type { ThingSummary } from "@/lib/fleet/thing";
import { AlarmAttentionRow } from "./alarm-attention";
import { ATTENTION, useAttention } from "./use-attention";

type Attention = ReturnType<typeof useAttention>;

function Reason({ thing, className }: { readonly thing: ThingSummary; readonly className: string }) {
  const live = useThingLive(thing.thingName);
  const nowMs = useServerNow(1000);
  const error = lastErrorOf(live.reported);
  return (
    <span className={classNames("text-ink-2", className)}>
      {error ?? (nowMs === 0 ? "" : statusSentence(live, thing.intervalMs, nowMs))}
    </span>
  );
}

function AttentionRow({ thing }: { readonly thing: ThingSummary }) {
  const { liveness } = useThingLive(thing.thingName);
  return (
    <li className="border-line border-b last:border-b-0">
      <Link
        href={`/devices/${encodeURIComponent(thing.thingName)}`}
        prefetch={false}
        className="hover:bg-raised grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 px-4 py-2 -outline-offset-2 sm:grid-cols-[6.5rem_10.5rem_minmax(0,1fr)_auto] xl:grid-cols-[6.5rem_14rem_minmax(0,1fr)_auto]"
      >
        <LivenessMark liveness={liveness} className="max-sm:[&>span]:sr-only" />
        <span className="flex min-w-0 flex-col">
          <InertText text={thing.label || thing.thingName} className="truncate font-medium" />
          <span className="flex min-w-0 sm:hidden">
            <Reason thing={thing} className="line-clamp-2 break-words" />
          </span>
        </span>
        <span className="hidden min-w-0 sm:flex">
          <Reason thing={thing} className="truncate" />
        </span>
        <span className="text-small text-ink-3">
          <HeardCell thing={thing} />
        </span>
      </Link>
    </li>
  );
}

function Body({ things, alarms, isLoading, error }: Pick<Attention, "things" | "alarms" | "isLoading" | "error">) {
  if (things.length + alarms.length > 0) {
    return (
      <ul>
        {alarms.map((alarm) => (
          <AlarmAttentionRow key={`${alarm.thing}#${alarm.metric}`} alarm={alarm} />
        ))}
        {things.map((thing) => (
          <AttentionRow key={thing.thingName} thing={thing} />
        ))}
      </ul>
    );
  }
  if (error !== undefined) return <p className="text-ink-2 px-4 py-6 text-center">{errorWords(error)}</p>;
  if (isLoading) {
    return (
      <div className="space-y-4 p-4" role="status" aria-label="Reading what needs attention">
        {["w-3/4", "w-1/2", "w-2/3", "w-3/5"].map((width) => (
          <Skeleton key={width} className={width} />
        ))}
      </div>
    );
  }
  return (
    <EmptyState title="Nothing needs you" icon={<CircleCheck className="size-5" />} className="py-10">
      No alarm waits for an answer, every device that ever reported is connected, and every one this screen listens to is on time.
    </EmptyState>
  );
}

/** What an operator should look at first: unanswered alarms, then things that are offline, quiet or stale. */
export function AttentionList({ site }: { readonly site: readonly string[] }) {
  const { things, watched, count, isCut, alarms, alarmCount, isLoading, error } = useAttention(site);
  useWatchThings(watched);
  return (
    <Card
      title="Needs attention"
      isFlush
      data-live-area
      aside={
        <span className="text-small flex gap-3">
          {alarmCount > alarms.length && (
            <Link href={alarmsHref({ state: ["unacknowledged"], site })} className="rounded-small text-accent hover:underline">
              All {alarmCount.toLocaleString("en")} alarms
            </Link>
          )}
          {isCut && (
            <Link href={devicesHref({ state: ATTENTION, site, sort: "state" })} className="rounded-small text-accent hover:underline">
              All {deviceCount(count)}
            </Link>
          )}
        </span>
      }
    >
      <Body things={things} alarms={alarms} isLoading={isLoading} error={error} />
    </Card>
  );
}
