"use client";

import Link from "next/link";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import { InlineSwitch } from "@/components/control/inline-switch";
import { useMetricNames, useThingLive, useWatchThings } from "@/components/live/use-thing-live";
import type { ThingSummary } from "@/lib/fleet/thing";
import { LivenessMark } from "./liveness-mark";
import { headlineMetrics, metricWords } from "./metric-words";
import { MetricReading } from "./metric-reading";
import { HeardCell } from "./thing-cells";
import { InertText } from "./thing-name";
import { useVirtualRows } from "./use-virtual-rows";

const CARD_HEIGHT = 124;
const CARD_WIDTH_MIN = 232;

const ThingCard = memo(function ThingCard({ thing }: { readonly thing: ThingSummary }) {
  const { liveness } = useThingLive(thing.thingName);
  const metrics = headlineMetrics(thing.thingType, useMetricNames(thing.thingName));
  return (
    <li className="rounded-panel border-line bg-surface focus-within:border-accent hover:border-line-strong flex h-28 flex-col justify-between border p-3">
      <div className="flex items-start justify-between gap-2">
        <Link
          href={`/devices/${encodeURIComponent(thing.thingName)}`}
          prefetch={false}
          data-row-link
          className="rounded-small min-w-0 truncate font-medium hover:underline"
        >
          <InertText text={thing.label || thing.thingName} />
        </Link>
        <LivenessMark liveness={liveness} className="text-small text-ink-2 shrink-0" />
      </div>
      <dl className="grid grid-cols-2 gap-4">
        {metrics.map(
          (metric) =>
            metric !== undefined && (
              <div key={metric} className="min-w-0">
                <dt className="text-micro text-ink-3 truncate">{metricWords(thing.thingType, metric).label}</dt>
                <dd className="text-lead">
                  <MetricReading thing={thing} metric={metric} />
                </dd>
              </div>
            ),
        )}
      </dl>
      <div className="text-small text-ink-3 flex items-center justify-between gap-2">
        <span>
          Heard <HeardCell thing={thing} />
        </span>
        <InlineSwitch thing={thing} />
      </div>
    </li>
  );
});

interface ThingGridProps {
  readonly things: readonly ThingSummary[];
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

/** The fleet as cards, of which only the rows in sight exist. */
export function ThingGrid({ things, hasMore, onMore }: ThingGridProps) {
  const box = useRef<HTMLDivElement>(null);
  const [perRow, setPerRow] = useState(1);
  useEffect(() => {
    if (!box.current) return undefined;
    const observer = new ResizeObserver(([entry]) => setPerRow(Math.max(1, Math.floor((entry?.contentRect.width ?? 0) / CARD_WIDTH_MIN))));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const rowCount = Math.ceil(things.length / perRow);
  const { start, end } = useVirtualRows(box, rowCount, CARD_HEIGHT);
  const shown = useMemo(() => things.slice(start * perRow, end * perRow), [things, start, end, perRow]);
  useWatchThings(shown);
  useEffect(() => {
    if (hasMore && end >= rowCount - 10) onMore();
  });
  return (
    <div
      ref={box}
      data-live-area
      role="region"
      aria-label="Devices"
      tabIndex={0}
      className="scroll-slim bg-canvas relative min-h-0 flex-1 overflow-auto p-3 -outline-offset-2"
    >
      <ul
        aria-label="Devices"
        className="grid gap-3"
        ref={(list) => {
          list?.style.setProperty("grid-template-columns", `repeat(${perRow}, minmax(0, 1fr))`);
          list?.style.setProperty("padding-top", `${start * CARD_HEIGHT}px`);
          list?.style.setProperty("padding-bottom", `${Math.max(0, rowCount - end) * CARD_HEIGHT}px`);
        }}
      >
        {shown.map((thing) => (
          <ThingCard key={thing.thingName} thing={thing} />
        ))}
      </ul>
    </div>
  );
}
