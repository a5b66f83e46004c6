"use client";

import { memo } from "react";
import { AlarmTime, SeverityMark } from "@/components/alarms/alarm-row";
import { alarmSubject, alarmValue } from "@/components/alarms/alarm-words";
import { LivenessMark } from "@/components/fleet/liveness-mark";
import { headlineMetrics, metricWords } from "@/components/fleet/metric-words";
import { inertText } from "@/components/fleet/inert-text";
import { lastErrorOf, statusSentence } from "@/components/fleet/status-sentence";
import { HeardCell, MetricReading } from "@/components/fleet/thing-cells";
import { InertText } from "@/components/fleet/thing-name";
import { Sparkline } from "@/components/live/sparkline";
import { useMetricNames, useServerNow, useThingLive, useWatchThings } from "@/components/live/use-thing-live";
import { useAttention } from "@/components/overview/attention-list";
import { FleetStrip, TILE_ORDER } from "@/components/overview/count-tiles";
import { stateCount } from "@/components/fleet/state-counts";
import { heardCount, useHeard } from "@/components/live/use-heard";
import { classNames } from "@/components/ui/class-names";
import type { AlarmView } from "@/lib/alarms/alarm-view";
import type { ThingsPage, ThingSummary } from "@/lib/fleet/thing";
import { SiteMosaic } from "./site-mosaic";

/** As many as fit under the figures. */
const ATTENTION_MAX = 6;

/** Six columns share the wall: a longer figure is set smaller instead of running into its neighbour. */
const figureSize = (count: number): string => (count < 1000 ? "text-wall" : "text-wall-long leading-[1.6]");

function Figures({ page, site }: { readonly page: ThingsPage; readonly site: string | null }) {
  const heard = heardCount(useHeard(), site === null ? [] : [site]);
  return (
    <dl className="grid grid-cols-2 gap-x-8 gap-y-2 sm:gap-y-6 lg:grid-cols-6">
      {TILE_ORDER.map((state) => {
        const { count, coverage } = stateCount(state, page.countsByState, heard);
        return (
          <div key={state} className={classNames("rounded-panel py-4", state === "alarm" && (count ?? 0) > 0 && "bg-alarm-soft px-5")}>
            <dt className="text-title text-ink-2">
              <LivenessMark liveness={state} />
            </dt>
            <dd className={classNames(figureSize(count ?? 0), "font-semibold tracking-tight", count === 0 && "text-ink-3")}>
              {count?.toLocaleString("en") ?? "–"}
            </dd>
            {coverage !== null && <dd className="text-ink-3">{coverage}</dd>}
          </div>
        );
      })}
    </dl>
  );
}

function AttentionLine({ thing }: { readonly thing: ThingSummary }) {
  const live = useThingLive(thing.thingName);
  const nowMs = useServerNow(1000);
  return (
    <li className="border-line text-title flex flex-wrap items-baseline gap-x-6 border-t py-3">
      <LivenessMark liveness={live.liveness} className="w-40" />
      <InertText text={thing.label || thing.thingName} className="min-w-0 truncate font-semibold" />
      <span className="text-ink-2 min-w-0 flex-1 truncate">
        {lastErrorOf(live.reported) ?? (nowMs === 0 ? "" : statusSentence(live, thing.intervalMs, nowMs))}
      </span>
    </li>
  );
}

function AlarmLine({ alarm }: { readonly alarm: AlarmView }) {
  return (
    <li className="border-line text-title flex flex-wrap items-baseline gap-x-6 border-t py-3">
      <SeverityMark alarm={alarm} className="w-40" />
      <InertText text={alarm.label} className="min-w-0 truncate font-semibold" />
      <span className="text-ink-2 min-w-0 flex-1 truncate">{`${alarmSubject(alarm)} ${alarmValue(alarm)}`.trim()}</span>
      <span className="text-ink-3">
        <AlarmTime alarm={alarm} />
      </span>
    </li>
  );
}

/** How many things are in each state, in figures that carry across a room, and the first ones to look at. */
export function SummarySlide({ page, site }: { readonly page: ThingsPage; readonly site: string | null }) {
  const { things, alarms, isLoading, error } = useAttention(site);
  const isQuiet = things.length + alarms.length === 0;
  useWatchThings(things);
  return (
    <div className="flex flex-1 flex-col gap-8">
      <FleetStrip counts={page.countsByState} className="rounded-small h-5" />
      <Figures page={page} site={site} />
      <SiteMosaic things={page.things} />
      {isQuiet ? (
        <p className="text-title text-ink-2 m-auto">{isLoading || error !== undefined ? "\u00a0" : "Nothing needs attention."}</p>
      ) : (
        <section aria-label="Needs attention" className="mt-auto">
          <h2 className="text-title text-ink-2 pb-3 font-semibold">Needs attention</h2>
          <ul>
            {alarms.slice(0, ATTENTION_MAX).map((alarm) => (
              <AlarmLine key={`${alarm.thing}#${alarm.metric}`} alarm={alarm} />
            ))}
            {things.slice(0, Math.max(0, ATTENTION_MAX - alarms.length)).map((thing) => (
              <AttentionLine key={thing.thingName} thing={thing} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

const WallCard = memo(function WallCard({ thing }: { readonly thing: ThingSummary }) {
  const { liveness } = useThingLive(thing.thingName);
  const [metric] = headlineMetrics(thing.thingType, useMetricNames(thing.thingName));
  return (
    <li
      className={classNames(
        "rounded-panel border-line bg-surface flex min-w-0 flex-col justify-between gap-2 border p-4",
        liveness === "alarm" && "border-alarm bg-alarm-soft",
      )}
    >
      <div className="flex items-baseline justify-between gap-3">
        <InertText text={thing.label || thing.thingName} className="text-title truncate font-semibold" />
        <LivenessMark liveness={liveness} className="text-lead text-ink-2 shrink-0" />
      </div>
      {metric === undefined ? (
        <span className="text-figure text-ink-3">–</span>
      ) : (
        <div className="flex items-end justify-between gap-3">
          <div className="min-w-0">
            <p className="text-body text-ink-3 truncate">{inertText(metricWords(thing.thingType, metric).label, 40)}</p>
            <p className="text-figure truncate">
              <MetricReading thing={thing} metric={metric} />
            </p>
          </div>
          <Sparkline thing={thing.thingName} metric={metric} width={120} height={36} />
        </div>
      )}
      <p className="text-body text-ink-3">
        Heard <HeardCell thing={thing} />
      </p>
    </li>
  );
});

/** Twelve devices; only their streams are subscribed while they are on. */
export function DevicesSlide({ things }: { readonly things: readonly ThingSummary[] }) {
  useWatchThings(things);
  return (
    <ul className="grid flex-1 auto-rows-fr gap-4 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4">
      {things.map((thing) => (
        <WallCard key={thing.thingName} thing={thing} />
      ))}
    </ul>
  );
}
