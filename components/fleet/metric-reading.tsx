"use client";

import { memo } from "react";
import { useMetric } from "@/components/live/use-thing-live";
import { classNames } from "@/components/ui/class-names";
import { StatusMark } from "@/components/ui/status-mark";
import type { ThingSummary } from "@/lib/fleet/thing";
import { inertText } from "./inert-text";
import { isInAlarm, metricText, metricWords } from "./metric-words";
import { TimeAgo } from "./time-ago";

export interface MetricReadingProps {
  readonly thing: ThingSummary;
  readonly metric: string;
  readonly className?: string;
}

/** A metric's newest value with its unit; grey and with its age once it is stale, a dash before the first. */
export const MetricReading = memo(function MetricReading({ thing, metric, className }: MetricReadingProps) {
  const reading = useMetric(thing.thingName, metric);
  const words = metricWords(thing.thingType, metric);
  const label = inertText(words.label, 60);
  if (!reading) {
    return (
      <span className={classNames("text-ink-3", className)} title={`${label}: no value yet`}>
        –
      </span>
    );
  }
  const isAlarm = !reading.isStale && isInAlarm(thing.thingType, metric, reading.value);
  return (
    <span className={classNames("whitespace-nowrap", reading.isStale && "text-ink-3", className)} title={label}>
      {isAlarm && <StatusMark shape="triangle" tone="alarm" word="Beyond its limit:" isMarkOnly className="mr-1" />}
      <span className={classNames("font-medium", isAlarm && "text-alarm")}>{inertText(metricText(words, reading.value), 24)}</span>
      {words.unit !== "" && <span className="text-small text-ink-3"> {words.unit}</span>}
      {reading.isStale && (
        <span className="text-small">
          {" "}
          · <TimeAgo atMs={reading.atMs} isBare isPlain />
        </span>
      )}
    </span>
  );
});
