import { z } from "zod";
import { alarmSeverity, describeMetric, expectedIntervalMs } from "../fleet/describe-thing.ts";
import type { Severity } from "./alarm-row.ts";

/** A value of a thing that is beyond a limit of the thing's own type. */
export interface Breach {
  metric: string;
  value: number;
  severity: Severity;
}

/** What one event says of one thing. Times are epoch ms by the cloud's clock. */
export interface AlarmReport {
  site: string;
  thing: string;
  thingType: string | null;
  intervalMs: number;
  atMs: number;
  breaches: Breach[];
  /** The device's own words while it reports a fault, null when it took it back; undefined when the event is not about that. */
  fault: string | null | undefined;
}

const FAULT_LENGTH_MAX = 200;

/** What the rules `thingdeck_alarms` and `thingdeck_faults` hand over (infra/constructs/telemetry-rules.ts). */
const eventSchema = z.looseObject({
  kind: z.enum(["telemetry", "fault"]),
  thing: z.string().min(1),
  site: z.string().optional(),
  atMs: z.number(),
  alarm: z.unknown().optional(),
  registry: z.object({
    thingTypeName: z.string().nullish(),
    attributes: z.record(z.string(), z.string()).nullish(),
  }),
});

/**
 * Reads an event of the two rules. Undefined for a thing without a site, and for a message on a site's topic that is not the thing's own.
 * Throws ZodError for anything that is no such event.
 */
export function parseAlarmEvent(event: unknown): AlarmReport | undefined {
  const parsed = eventSchema.parse(event);
  const attributes = parsed.registry.attributes ?? {};
  const { site } = attributes;
  if (site === undefined || (parsed.site !== undefined && parsed.site !== site)) return undefined;
  const thingType = parsed.registry.thingTypeName ?? null;
  const isFault = parsed.kind === "fault";
  return {
    site,
    thing: parsed.thing,
    thingType,
    intervalMs: expectedIntervalMs(thingType, attributes),
    atMs: parsed.atMs,
    breaches: isFault ? [] : findBreaches(thingType, parsed),
    fault: isFault ? faultWords(parsed.alarm) : undefined,
  };
}

function findBreaches(thingType: string | null, values: Record<string, unknown>): Breach[] {
  return Object.entries(values).flatMap(([metric, value]) => {
    const severity = typeof value === "number" ? alarmSeverity(value, describeMetric(thingType, metric).alarm) : undefined;
    return severity === undefined ? [] : [{ metric, value: value as number, severity }];
  });
}

/** A device raises a fault by reporting `alarm`: true, a word, or a list that is not empty. */
export function faultWords(alarm: unknown): string | null {
  if (alarm === true) return "The device reports an alarm";
  if (Array.isArray(alarm))
    return alarm.length === 0 ? null : cut(alarm.map((word) => (typeof word === "string" ? word : JSON.stringify(word))).join(", "));
  return typeof alarm === "string" && alarm !== "" && alarm !== "none" ? cut(alarm) : null;
}

const cut = (text: string): string => (text.length > FAULT_LENGTH_MAX ? `${text.slice(0, FAULT_LENGTH_MAX - 1)}…` : text);
