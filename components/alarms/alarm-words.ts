import { inertText } from "@/components/fleet/inert-text";
import { isInAlarm, metricText, metricWords } from "@/components/fleet/metric-words";
import type { MarkShape, MarkTone } from "@/components/ui/status-mark";
import { type AlarmState, FAULT, type Severity } from "@/lib/alarms/alarm-row";
import type { AlarmView } from "@/lib/alarms/alarm-view";
import { describeMetric } from "@/lib/fleet/describe-thing";
import type { MetricValue } from "@/lib/telemetry/thing-live";

interface SeverityLook {
  readonly word: string;
  readonly shape: MarkShape;
  readonly tone: MarkTone;
}

export const SEVERITY_LOOKS: Readonly<Record<Severity, SeverityLook>> = {
  critical: { word: "Critical", shape: "octagon", tone: "alarm" },
  warning: { word: "Warning", shape: "triangle", tone: "quiet" },
};

export const STATE_WORDS: Readonly<Record<AlarmState, string>> = {
  unacknowledged: "Not acknowledged",
  acknowledged: "Acknowledged",
  snoozed: "Snoozed",
  cleared: "Cleared",
};

/** What it is about: the metric's name, or the device's own words. */
export const alarmSubject = ({ metric, thingType, words }: AlarmView): string =>
  metric === FAULT ? inertText(words ?? "Fault", 120) : inertText(metricWords(thingType, metric).label, 40);

/** The value with its unit; empty for a fault. */
export function alarmValue({ metric, thingType, value }: Pick<AlarmView, "metric" | "thingType" | "value">): string {
  if (value === null) return "";
  const words = metricWords(thingType, metric);
  return [metricText(words, value), words.unit].filter(Boolean).join(" ");
}

/** The cloud is asked every few seconds: a breach that it has not told of yet is younger than this. */
const TOLD_WITHIN_MS = 10_000;

/** Whether a value heard in this tab is within its limits again, although the cloud still waits for it to stay there. */
export function isBackToNormal(
  { isActive, metric, thingType, lastSeenMs }: Pick<AlarmView, "isActive" | "metric" | "thingType" | "lastSeenMs">,
  heard: MetricValue | undefined,
): heard is MetricValue & { value: number } {
  if (!isActive || heard === undefined || heard.isStale || typeof heard.value !== "number") return false;
  return heard.atMs - lastSeenMs >= TOLD_WITHIN_MS && !isInAlarm(thingType, metric, heard.value);
}

/** The limit that the value broke, as the settings have it now: "above 4.5 mm/s". */
export function limitWords({ metric, thingType, value }: AlarmView): string {
  const { alarm, unit } = describeMetric(thingType, metric);
  if (!alarm || value === null) return metric === FAULT ? "reported by the device" : "";
  const { criticalAbove, warningAbove, criticalBelow, warningBelow } = alarm;
  const above = [criticalAbove, warningAbove].find((limit) => limit !== undefined && value > limit);
  const below = [criticalBelow, warningBelow].find((limit) => limit !== undefined && value < limit);
  const limit = above ?? below;
  return limit === undefined ? "" : `${above === undefined ? "below" : "above"} ${[limit, unit].filter((word) => word !== "").join(" ")}`;
}

/** The people whom these alarms name already, in the order of the alphabet. */
export function peopleOf(alarms: readonly AlarmView[]): string[] {
  const names = alarms.flatMap(({ acknowledged, snoozed, assigned }) => [acknowledged?.by, snoozed?.by, assigned?.by, assigned?.to]);
  return [...new Set(names.filter((name) => name !== undefined))].sort((one, other) => one.localeCompare(other));
}

const BEFORE_MS = 10 * 60_000;
const AFTER_MS = 3 * 60_000;
const SPAN_MS_MAX = 7 * 86_400_000;

/** The device's page at the time of the alarm: from some minutes before it was raised to a little after it was last seen. */
export function alarmHref({ thing, raisedAtMs, lastSeenMs }: Pick<AlarmView, "thing" | "raisedAtMs" | "lastSeenMs">): string {
  const from = Math.round(raisedAtMs - BEFORE_MS);
  const to = Math.round(Math.min(lastSeenMs + AFTER_MS, from + SPAN_MS_MAX));
  return `/devices/${encodeURIComponent(thing)}?from=${from}&to=${to}`;
}
