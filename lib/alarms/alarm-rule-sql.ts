import type { ThingTypeSettings } from "../fleet/thing-type-schema.ts";

/** The limits of a metric that no thing type is stricter than; a value within them is in alarm nowhere. */
export interface MetricBounds {
  metric: string;
  above: number | undefined;
  below: number | undefined;
}

/** A metric's name stands in the rule's SQL as it is, so it must be a plain name and none that SQL or the rule itself uses. */
const PLAIN_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
const TAKEN_NAMES = new Set(
  "thing site atMs registry select from where as and or not in case when then else end value exists set true false null".split(" "),
);

/** The bounds of every metric that some thing type sets limits for. Throws an Error naming a metric that SQL could not name. */
export function alarmBounds(thingTypes: Readonly<Record<string, ThingTypeSettings>>): MetricBounds[] {
  const bounds = new Map<string, MetricBounds>();
  for (const [metric, { alarm }] of Object.values(thingTypes).flatMap(({ metrics }) => Object.entries(metrics))) {
    if (!alarm) continue;
    if (!PLAIN_NAME.test(metric) || TAKEN_NAMES.has(metric)) throw new Error(`${metric} cannot have alarm limits: SQL cannot name it`);
    const known = bounds.get(metric);
    const above = least([alarm.warningAbove, alarm.criticalAbove, known?.above], Math.min);
    const below = least([alarm.warningBelow, alarm.criticalBelow, known?.below], Math.max);
    bounds.set(metric, { metric, above, below });
  }
  return [...bounds.values()];
}

/** The columns of SELECT that carry the values themselves. */
export function alarmColumns(bounds: readonly MetricBounds[]): string {
  return bounds.map(({ metric }) => `${metric} AS ${metric}`).join(", ");
}

/**
 * True in AWS IoT SQL as soon as one value is beyond its bounds. Each comparison is made a Boolean first: AWS documents that
 * `true OR Undefined` is Undefined, so a metric that a message lacks, or carries as text, would hide all others.
 */
export function alarmWhere(bounds: readonly MetricBounds[]): string {
  return bounds.flatMap(({ metric, above, below }) => [...term(metric, ">", above), ...term(metric, "<", below)]).join(" OR ");
}

function term(metric: string, operator: ">" | "<", limit: number | undefined): string[] {
  if (limit === undefined) return [];
  const comparison = `${metric} ${operator} ${limit}`;
  return [`CASE isUndefined(${comparison}) WHEN true THEN false ELSE ${comparison} END`];
}

function least(limits: readonly (number | undefined)[], choose: (...values: number[]) => number): number | undefined {
  const given = limits.filter((limit) => limit !== undefined);
  return given.length === 0 ? undefined : choose(...given);
}
