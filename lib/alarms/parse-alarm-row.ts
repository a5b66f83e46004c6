import { z } from "zod";
import { type AlarmRow, SEVERITIES } from "./alarm-row.ts";

const person = z.object({ sub: z.string(), username: z.string(), name: z.string() });
const acknowledgement = z.object({ by: person, atMs: z.number(), note: z.string() });
const assignment = z.object({ to: z.string(), by: person, atMs: z.number() });
const snooze = z.object({ by: person, atMs: z.number(), untilMs: z.number() });

const rowSchema: z.ZodType<AlarmRow> = z.object({
  site: z.string(),
  thing: z.string(),
  metric: z.string(),
  thingType: z.string().nullable(),
  severity: z.enum(SEVERITIES),
  peak: z.enum(SEVERITIES),
  value: z.number().nullable(),
  words: z.string().nullable(),
  raisedAtMs: z.number(),
  lastSeenMs: z.number(),
  clearAfterMs: z.number(),
  clearedAtMs: z.number().nullable(),
  acknowledged: acknowledgement.nullish(),
  snoozed: snooze.nullish(),
  assigned: assignment.nullish(),
});

/** A row as the table holds it; undefined for one that is not ours to read. Apart from the row's own words because pages use those. */
export function parseAlarmRow(item: unknown): AlarmRow | undefined {
  const parsed = rowSchema.safeParse(item);
  return parsed.success ? parsed.data : undefined;
}
