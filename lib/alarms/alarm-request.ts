import { z } from "zod";
import { listOf, siteList } from "../fleet/query-lists.ts";
import { THING_NAME } from "../fleet/topics.ts";
import { ALARM_STATES, ASSIGNEE_LENGTH_MAX, SEVERITIES } from "./alarm-row.ts";

const NOTE_LENGTH_MAX = 500;
const LIMIT_MAX = 500;

/** The query string of GET /api/alarms. */
export const alarmsQuerySchema = z.strictObject({
  site: siteList.optional(),
  thing: z.string().regex(THING_NAME).optional(),
  severity: listOf(z.string().pipe(z.enum(SEVERITIES)), SEVERITIES.length).optional(),
  state: listOf(z.string().pipe(z.enum(ALARM_STATES)), ALARM_STATES.length).optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .transform(Number)
    .pipe(z.number().max(LIMIT_MAX))
    .default(200),
});
export type AlarmsQuery = z.infer<typeof alarmsQuerySchema>;

/** Which raising of which alarm an answer is about: one that has been raised anew since is another. */
const reference = {
  thing: z.string().regex(THING_NAME),
  metric: z.string().min(1).max(96),
  raisedAtMs: z.number().int().positive(),
};

/** The body of POST /api/alarms/acknowledge. */
export const acknowledgeSchema = z.strictObject({ ...reference, note: z.string().trim().max(NOTE_LENGTH_MAX).default("") });
export type AcknowledgeRequest = z.infer<typeof acknowledgeSchema>;

/** The body of POST /api/alarms/snooze; `untilMs` null wakes the alarm again. */
export const snoozeSchema = z.strictObject({ ...reference, untilMs: z.number().int().positive().nullable() });
export type SnoozeRequest = z.infer<typeof snoozeSchema>;

/** The body of POST /api/alarms/assign; `to` null leaves the alarm to nobody. */
export const assignSchema = z.strictObject({ ...reference, to: z.string().trim().min(1).max(ASSIGNEE_LENGTH_MAX).nullable() });
export type AssignRequest = z.infer<typeof assignSchema>;
