import { fixedWords } from "./number-words";
import { alarmSeverity, describeMetric, findThingType } from "@/lib/fleet/describe-thing";

interface MetricWords {
  readonly label: string;
  /** Empty where there is none. */
  readonly unit: string;
  readonly decimals: number;
}

/** A metric's words for people, as the settings of the thing's type describe it. */
export const metricWords = (thingType: string | null, metric: string): MetricWords => describeMetric(thingType, metric);

/** Whether a value is beyond a limit of its metric. */
export const isInAlarm = (thingType: string | null, metric: string, value: number | boolean | string): boolean =>
  typeof value === "number" && alarmSeverity(value, describeMetric(thingType, metric).alarm) !== undefined;

/** The two metrics a row of this type shows; of an unknown type the first two it reported. */
export function headlineMetrics(thingType: string | null, reported: readonly string[]): readonly (string | undefined)[] {
  return (findThingType(thingType)?.keyMetrics ?? reported).slice(0, 2);
}

/** A value as text: the metric's decimals, powers of ten for what is very large or small; booleans read On and Off. */
export function metricText(words: Pick<MetricWords, "decimals">, value: number | boolean | string): string {
  if (typeof value === "boolean") return value ? "On" : "Off";
  if (typeof value === "string") return value;
  if (Math.abs(value) >= 1e7 || (value !== 0 && Math.abs(value) < 1e-4)) return value.toExponential(2);
  return fixedWords(value, words.decimals);
}

/** Metrics in panels: those of one unit share one, in the order given; what has no unit stands alone. */
export function metricPanels(
  thingType: string | null,
  metrics: readonly string[],
): { readonly unit: string; readonly metrics: string[] }[] {
  const panels: { unit: string; metrics: string[] }[] = [];
  for (const metric of metrics) {
    const { unit } = metricWords(thingType, metric);
    const panel = unit === "" ? undefined : panels.find((candidate) => candidate.unit === unit);
    if (panel) panel.metrics.push(metric);
    else panels.push({ unit, metrics: [metric] });
  }
  return panels;
}
