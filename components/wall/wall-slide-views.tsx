"use client";

import { memo, useMemo, useRef, type ReactNode } from "react";
import { AlarmTime, SeverityMark } from "@/components/alarms/alarm-row";
import { alarmSubject, alarmValue } from "@/components/alarms/alarm-words";
import { LivenessMark } from "@/components/fleet/liveness-mark";
import { headlineMetrics, metricWords } from "@/components/fleet/metric-words";
import { inertText } from "@/components/fleet/inert-text";
import { lastErrorOf, statusSentence } from "@/components/fleet/status-sentence";
import { MetricReading } from "@/components/fleet/metric-reading";
import { HeardCell } from "@/components/fleet/thing-cells";
import { InertText } from "@/components/fleet/thing-name";
import { useSites } from "@/components/fleet/use-sites";
import { Sparkline } from "@/components/live/sparkline";
import { useMetricNames, useServerNow, useThingLive, useWatchThings } from "@/components/live/use-thing-live";
import { useAttention } from "@/components/overview/use-attention";
import { FleetStrip, TILE_ORDER, useAlarmFigures } from "@/components/overview/count-tiles";
import { stateCount } from "@/components/fleet/state-counts";
import { heardCount, useHeard } from "@/components/live/use-heard";
import { classNames } from "@/components/ui/class-names";
import { StatusMark } from "@/components/ui/status-mark";
import type { AlarmView } from "@/lib/alarms/alarm-view";
import type { ThingsPage, ThingSummary } from "@/lib/fleet/thing";
import { SiteMosaic } from "./site-mosaic";
import { useWallRoom } from "./use-wall-room";
import { planWall, SITE_FOOT } from "./wall-plan";

/** Six columns share the wall: a longer figure is set smaller instead of running into its neighbour. */
const figureSize = (count: number): string => (count < 1000 ? "text-wall" : "text-wall-long leading-[1.6]");

interface FigureProps {
  readonly mark: ReactNode;
  readonly count: number | null;
  /** What the figure covers, where it is not the whole fleet. */
  readonly words?: string | null;
  readonly isPressing?: boolean;
}

function Figure({ mark, count, words = null, isPressing = false }: FigureProps) {
  return (
    <div className={classNames("rounded-panel wall-fits:py-2 py-4", isPressing && "bg-alarm-soft px-5")}>
      <dt className="text-title text-ink-2">{mark}</dt>
      <dd className={classNames(figureSize(count ?? 0), "font-semibold tracking-tight", count === 0 && "text-ink-3")}>
        {count?.toLocaleString("en") ?? "–"}
      </dd>
      {words !== null && <dd className="text-ink-3">{words}</dd>}
    </div>
  );
}

/** The same figures as the overview's, alarms too: two screens of one deck must not count differently. */
function Figures({ page, shown }: SummaryProps) {
  const heard = heardCount(useHeard(), shown);
  const { standing = null, isPressing } = useAlarmFigures(shown);
  return (
    <dl className="grid grid-cols-2 gap-x-8 gap-y-2 sm:gap-y-6 lg:grid-cols-6">
      {TILE_ORDER.filter((state) => state !== "alarm").map((state) => {
        const { count, coverage } = stateCount(state, page, heard);
        return <Figure key={state} mark={<LivenessMark liveness={state} />} count={count} words={coverage} />;
      })}
      <Figure mark={<StatusMark shape="triangle" tone="alarm" word="Alarms" />} count={standing} isPressing={isPressing} />
    </dl>
  );
}

/** A name without end leaves room for what is wrong. */
const LINE_NAME = "wall-fits:max-w-1/2 min-w-0 truncate font-semibold";

function AttentionLine({ thing }: { readonly thing: ThingSummary }) {
  const live = useThingLive(thing.thingName);
  const nowMs = useServerNow(1000);
  return (
    <li className="border-line text-title wall-fits:flex-nowrap wall-fits:py-2.5 flex flex-wrap items-center gap-x-6 border-t py-3">
      <LivenessMark liveness={live.liveness} className="w-40 shrink-0" />
      <InertText text={thing.label || thing.thingName} className={LINE_NAME} />
      <span className="text-ink-2 min-w-0 flex-1 truncate">
        {lastErrorOf(live.reported) ?? (nowMs === 0 ? "" : statusSentence(live, thing.intervalMs, nowMs))}
      </span>
    </li>
  );
}

function AlarmLine({ alarm }: { readonly alarm: AlarmView }) {
  return (
    <li className="border-line text-title wall-fits:flex-nowrap wall-fits:py-2.5 flex flex-wrap items-center gap-x-6 border-t py-3">
      <SeverityMark alarm={alarm} className="w-40 shrink-0" />
      <InertText text={alarm.label} className={LINE_NAME} />
      <span className="text-ink-2 min-w-0 flex-1 truncate">{`${alarmSubject(alarm)} ${alarmValue(alarm)}`.trim()}</span>
      <span className="text-ink-3 shrink-0">
        <AlarmTime alarm={alarm} />
      </span>
    </li>
  );
}

/** The room under the figures, divided between the picture of the sites and what needs attention. */
function Picture({ page, shown }: SummaryProps) {
  const { sites: own } = useSites();
  const { things, watched, alarms, alarmCount, isLoading, error } = useAttention(shown);
  const { words } = useAlarmFigures(shown);
  const box = useRef<HTMLDivElement>(null);
  const room = useWallRoom(box);
  useWatchThings(watched);
  // A site of which no device is among the first ones still has its name and its counts here.
  const sites = useMemo(() => own.filter(({ id }) => shown.length === 0 || shown.includes(id)), [own, shown]);
  const siteCounts = useMemo(
    () => sites.map(({ id }) => page.things.reduce((sum, { site }) => sum + (site === id ? 1 : 0), 0)),
    [sites, page.things],
  );
  const all = alarmCount + things.length;
  const isCut = page.totalCount > page.things.length;
  const height = (room?.height ?? Infinity) - (isCut ? SITE_FOOT : 0);
  const plan = planWall({ width: room?.width ?? ANY_WIDTH, height, siteCounts, attentionCount: alarms.length + things.length });
  const shownAlarms = alarms.slice(0, plan.attentionRows);
  const shownThings = things.slice(0, plan.attentionRows - shownAlarms.length);
  const left = all - shownAlarms.length - shownThings.length;
  const isQuiet =
    isLoading || error !== undefined ? "\u00a0" : page.isWhole && page.totalCount === 0 ? "No devices yet." : "Nothing needs attention.";
  return (
    <div ref={box} className="wall-fits:overflow-hidden flex min-h-0 flex-1 flex-col gap-8">
      <SiteMosaic sites={sites} things={page.things} tilesMax={plan.tilesMax} isNamed={plan.isNamed} />
      {all === 0 ? (
        <p className="text-title text-ink-2 m-auto">{isQuiet}</p>
      ) : (
        <section aria-label="Needs attention" className="mt-auto">
          <h2 className="text-title text-ink-2 flex items-baseline justify-between gap-4 pb-3 font-semibold">
            Needs attention
            <span className="text-lead text-ink-3 font-normal">
              {[alarmCount > 0 && words, left > 0 && `${left.toLocaleString("en")} more`].filter(Boolean).join(" · ")}
            </span>
          </h2>
          <ul>
            {shownAlarms.map((alarm) => (
              <AlarmLine key={`${alarm.thing}#${alarm.metric}`} alarm={alarm} />
            ))}
            {shownThings.map((thing) => (
              <AttentionLine key={thing.thingName} thing={thing} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** Where nothing is measured, every width has room. */
const ANY_WIDTH = 1024;

interface SummaryProps {
  readonly page: ThingsPage;
  /** The sites that the wall is about; none means all of the viewer's. */
  readonly shown: readonly string[];
}

/** How many things are in each state, in figures that carry across a room, and the first ones to look at. */
export function SummarySlide({ page, shown }: SummaryProps) {
  return (
    <div className="wall-fits:gap-6 flex min-h-0 flex-1 flex-col gap-8">
      <FleetStrip counts={page.countsByState} className="rounded-small h-5 shrink-0" />
      <Figures page={page} shown={shown} />
      <Picture page={page} shown={shown} />
    </div>
  );
}

const WallCard = memo(function WallCard({ thing }: { readonly thing: ThingSummary }) {
  const { liveness } = useThingLive(thing.thingName);
  const [metric] = headlineMetrics(thing.thingType, useMetricNames(thing.thingName));
  return (
    <li
      className={classNames(
        "rounded-panel border-line bg-surface wall-fits:p-3 flex min-w-0 flex-col justify-between gap-1 border p-4",
        liveness === "alarm" && "border-alarm bg-alarm-soft",
      )}
    >
      <div className="flex items-baseline justify-between gap-3">
        <InertText text={thing.label || thing.thingName} className="text-title truncate font-semibold" />
        <LivenessMark liveness={liveness} className="text-lead text-ink-2 shrink-0" />
      </div>
      {metric === undefined ? (
        <span className="text-wall-value text-ink-3">–</span>
      ) : (
        <div className="flex items-end justify-between gap-3">
          <div className="min-w-0">
            <p className="text-body text-ink-3 truncate">{inertText(metricWords(thing.thingType, metric).label, 40)}</p>
            <p className="text-wall-value truncate">
              <MetricReading thing={thing} metric={metric} />
            </p>
          </div>
          <Sparkline thing={thing.thingName} metric={metric} width={140} height={48} />
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
    <ul className="wall-fits:gap-3 grid flex-1 auto-rows-fr gap-4 sm:grid-cols-2 lg:grid-cols-3 lg:max-xl:grid-rows-4 xl:grid-cols-4 xl:grid-rows-3">
      {things.map((thing) => (
        <WallCard key={thing.thingName} thing={thing} />
      ))}
    </ul>
  );
}
