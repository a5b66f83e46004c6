"use client";

import Link from "next/link";
import { LivenessMark } from "@/components/fleet/liveness-mark";
import { headlineMetrics, metricWords } from "@/components/fleet/metric-words";
import { inertText } from "@/components/fleet/inert-text";
import { MetricReading } from "@/components/fleet/metric-reading";
import { InertText } from "@/components/fleet/thing-name";
import { Sparkline } from "@/components/live/sparkline";
import { useMetricNames, useThingLive } from "@/components/live/use-thing-live";
import { Card } from "@/components/ui/card";
import type { ThingSummary } from "@/lib/fleet/thing";

function LiveTile({ thing }: { readonly thing: ThingSummary }) {
  const { liveness } = useThingLive(thing.thingName);
  const [metric] = headlineMetrics(thing.thingType, useMetricNames(thing.thingName));
  return (
    <li className="border-line -mr-px -mb-px min-w-0 border-r border-b">
      <Link
        href={`/devices/${encodeURIComponent(thing.thingName)}`}
        prefetch={false}
        className="hover:bg-raised flex h-full flex-col gap-1.5 px-4 py-3 -outline-offset-2"
      >
        <span className="flex items-center gap-2">
          <LivenessMark liveness={liveness} isMarkOnly />
          <InertText text={thing.label || thing.thingName} className="truncate font-medium" />
        </span>
        {metric === undefined ? (
          <span className="text-ink-3">–</span>
        ) : (
          <>
            <span className="text-lead truncate">
              <MetricReading thing={thing} metric={metric} />
            </span>
            <span className="-mt-1.5 flex items-start justify-between gap-2">
              <span className="text-micro text-ink-3 truncate">{inertText(metricWords(thing.thingType, metric).label, 40)}</span>
              <Sparkline thing={thing.thingName} metric={metric} width={84} height={28} />
            </span>
          </>
        )}
      </Link>
    </li>
  );
}

/** A few devices with their headline reading; the caller watches them. */
export function LiveNow({ things }: { readonly things: readonly ThingSummary[] }) {
  if (things.length === 0) return null;
  return (
    <Card title="Live now" isFlush data-live-area className="overflow-hidden">
      <ul className="grid grid-cols-1 sm:grid-cols-2 min-[87.5rem]:grid-cols-4">
        {things.map((thing) => (
          <LiveTile key={thing.thingName} thing={thing} />
        ))}
      </ul>
    </Card>
  );
}
