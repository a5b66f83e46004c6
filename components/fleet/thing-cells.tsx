"use client";

import { memo } from "react";
import { Sparkline } from "@/components/live/sparkline";
import { useMetricNames, useThingLive } from "@/components/live/use-thing-live";
import { Badge } from "@/components/ui/badge";
import type { ThingSummary } from "@/lib/fleet/thing";
import { inertText } from "./inert-text";
import { LivenessMark } from "./liveness-mark";
import { LIVENESS } from "./liveness-words";
import { MetricReading, type MetricReadingProps } from "./metric-reading";
import { headlineMetrics, metricWords } from "./metric-words";
import { waitingCount } from "./shadow-delta";
import { TimeAgo } from "./time-ago";

interface ThingProps {
  readonly thing: ThingSummary;
}

/** Each cell listens for itself: a message renders one cell again, never a row or a table. */
export const LivenessCell = memo(function LivenessCell({ thing }: ThingProps) {
  const { liveness } = useThingLive(thing.thingName);
  return <LivenessMark liveness={liveness} className="align-middle max-md:[&>span]:sr-only" />;
});

/** The state's word where the state column is too narrow for it; a screen reader has it from the mark already. */
export const LivenessWord = memo(function LivenessWord({ thing }: ThingProps) {
  const { liveness } = useThingLive(thing.thingName);
  return (
    <span aria-hidden className="shrink-0 not-last:after:mx-1 not-last:after:content-['·'] md:hidden">
      {LIVENESS[liveness].word}
    </span>
  );
});

function LabelledReading({ thing, metric }: MetricReadingProps) {
  return (
    <span className="flex min-w-0 flex-col">
      <MetricReading thing={thing} metric={metric} className="truncate" />
      <span className="text-micro text-ink-3 compact:hidden truncate">{inertText(metricWords(thing.thingType, metric).label, 40)}</span>
    </span>
  );
}

/** The headline metric of the thing's type as a line and a figure. */
export const HeadlineCell = memo(function HeadlineCell({ thing }: ThingProps) {
  const [metric] = headlineMetrics(thing.thingType, useMetricNames(thing.thingName));
  if (metric === undefined) return <span className="text-ink-3">–</span>;
  return (
    <span className="flex items-center gap-2.5">
      <span className="hidden w-24 shrink-0 lg:block">
        <Sparkline thing={thing.thingName} metric={metric} />
      </span>
      <LabelledReading thing={thing} metric={metric} />
    </span>
  );
});

/** The second metric of the thing's type. */
export const SecondCell = memo(function SecondCell({ thing }: ThingProps) {
  const metric = headlineMetrics(thing.thingType, useMetricNames(thing.thingName))[1];
  return metric === undefined ? <span className="text-ink-3">–</span> : <LabelledReading thing={thing} metric={metric} />;
});

/** How long ago the thing was heard. */
export const HeardCell = memo(function HeardCell({ thing }: ThingProps) {
  const { lastHeardMs } = useThingLive(thing.thingName);
  return lastHeardMs === null ? <span className="text-ink-3">–</span> : <TimeAgo atMs={lastHeardMs} isPlain className="text-ink-2" />;
});

/** How long it has been in its presence state. */
export const SinceCell = memo(function SinceCell({ thing }: ThingProps) {
  const { connectedSinceMs, offlineSinceMs } = useThingLive(thing.thingName);
  const sinceMs = connectedSinceMs ?? offlineSinceMs;
  if (sinceMs === null) return <span className="text-ink-3">–</span>;
  return (
    <span className="text-ink-2">
      {connectedSinceMs === null ? "off " : "up "}
      <TimeAgo atMs={sinceMs} isBare isPlain />
    </span>
  );
});

/** Whether the thing reports what it was asked. */
export const SyncCell = memo(function SyncCell({ thing }: ThingProps) {
  const { version, desired, reported } = useThingLive(thing.thingName);
  if (version === null) return <span className="text-ink-3">No shadow</span>;
  const waiting = waitingCount(desired, reported);
  if (waiting === 0) return <span className="text-ink-2">In sync</span>;
  return <Badge tone="quiet">{waiting === 1 ? "1 waiting" : `${waiting} waiting`}</Badge>;
});
