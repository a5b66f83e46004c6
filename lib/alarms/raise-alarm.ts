import { ALARM_DAYS, alarmKey, clearAfterMs, FAULT, SEVERITY_RANK, type Severity } from "./alarm-row.ts";
import type { AlarmReport } from "./alarm-event.ts";

type Item = Record<string, unknown>;

/** DynamoDB's UpdateItem as the document client spells it; answers false when the condition failed. */
export type UpdateAlarm = (input: {
  Key: Item;
  UpdateExpression: string;
  ConditionExpression: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues: Item;
}) => Promise<boolean>;

interface Sighting {
  metric: string;
  severity: Severity;
  value: number | null;
  words: string | null;
}

/** Writers that overtake each other are let through within a few rounds. */
const ROUNDS_MAX = 4;

/** Writes what an event says into the alarms' rows; repeating an event changes nothing. Throws what the update throws. */
export async function recordAlarms(report: AlarmReport, update: UpdateAlarm): Promise<void> {
  for (const breach of report.breaches) await raise(report, { ...breach, words: null }, update);
  if (report.fault === undefined) return;
  if (report.fault === null) await takeFaultBack(report, update);
  else await raise(report, { metric: FAULT, severity: "critical", value: null, words: report.fault }, update);
}

/**
 * One of three conditional writes: the alarm goes on (nearly always, and then the only write); it gets worse, which asks for a person
 * again; or it is a new one. Each excludes the others by its condition, so two messages at once cannot raise it twice.
 */
async function raise(report: AlarmReport, sighting: Sighting, update: UpdateAlarm): Promise<void> {
  const goesOn = write(report, sighting, GOES_ON);
  const isNew = write(report, sighting, sighting.metric === FAULT ? NEW_FAULT : NEW);
  const worse = write(report, sighting, WORSE);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    for (const input of [goesOn, isNew, worse]) if (await update(input)) return;
    if (!(await isNewest(report, sighting, update))) return;
  }
  throw new Error(`alarm ${sighting.metric} of ${report.thing} kept changing while it was written`);
}

interface Step {
  condition: string;
  set: string[];
  remove?: string[];
}

const SEEN = ["severity = :severity", "severityRank = :rank", "#value = :value", "words = :words", "lastSeenMs = :at"];
const FACTS = [...["site = :site", "thing = :thing", "metric = :metric", "thingType = :type"], "clearAfterMs = :patience", "#ttl = :ttl"];
const PEAK = ["peak = :severity", "peakRank = :rank"];
const STANDS = "lastSeenMs >= :standsSince AND lastSeenMs <= :at AND clearedAtMs = :never";

const GOES_ON: Step = { condition: `${STANDS} AND peakRank >= :rank`, set: [...SEEN, ...FACTS] };
/** What was acknowledged was less. */
const WORSE: Step = {
  condition: `${STANDS} AND peakRank < :rank`,
  set: [...SEEN, ...FACTS, ...PEAK],
  remove: ["acknowledged", "snoozed"],
};
const RAISED = [...SEEN, ...FACTS, ...PEAK, "raisedAtMs = :at", "clearedAtMs = :never"];
/** Somebody's task was the alarm before. */
const ANSWERS = ["acknowledged", "assigned"];
const NEW: Step = { condition: "attribute_not_exists(pk) OR lastSeenMs < :standsSince", set: RAISED, remove: ANSWERS };
const NEW_FAULT: Step = {
  condition: "attribute_not_exists(pk) OR (clearedAtMs <> :never AND clearedAtMs < :at)",
  set: RAISED,
  remove: ANSWERS,
};

function write(report: AlarmReport, sighting: Sighting, { condition, set, remove }: Step): Parameters<UpdateAlarm>[0] {
  const { site, thing, thingType, atMs, intervalMs } = report;
  const { metric, severity, value, words } = sighting;
  // A fault stands until its device takes it back, however long it says nothing.
  const isFault = metric === FAULT;
  const patienceMs = isFault ? 0 : clearAfterMs(intervalMs);
  return {
    Key: alarmKey({ site, thing, metric }),
    UpdateExpression: `SET ${set.join(", ")}${remove ? ` REMOVE ${remove.join(", ")}` : ""}`,
    ConditionExpression: condition,
    ExpressionAttributeNames: { "#value": "value", "#ttl": "ttl" },
    ExpressionAttributeValues: usedIn(`${condition} ${set.join(" ")}`, {
      ":site": site,
      ":thing": thing,
      ":metric": metric,
      ":type": thingType,
      ":severity": severity,
      ":rank": SEVERITY_RANK[severity],
      ":value": value,
      ":words": words,
      ":at": atMs,
      ":standsSince": isFault ? 0 : atMs - patienceMs,
      ":patience": patienceMs,
      ":never": null,
      ":ttl": ttlOf(atMs),
    }),
  };
}

/** False when the row already knows of something later than this sighting: events may arrive out of order. */
async function isNewest({ site, thing, atMs }: AlarmReport, { metric }: Sighting, update: UpdateAlarm): Promise<boolean> {
  return await update({
    Key: alarmKey({ site, thing, metric }),
    UpdateExpression: "SET #ttl = :ttl",
    ConditionExpression: "attribute_exists(pk) AND lastSeenMs <= :at",
    ExpressionAttributeNames: { "#ttl": "ttl" },
    ExpressionAttributeValues: { ":at": atMs, ":ttl": ttlOf(atMs) },
  });
}

async function takeFaultBack({ site, thing, atMs }: AlarmReport, update: UpdateAlarm): Promise<void> {
  await update({
    Key: alarmKey({ site, thing, metric: FAULT }),
    UpdateExpression: "SET clearedAtMs = :at, #ttl = :ttl",
    ConditionExpression: "attribute_exists(pk) AND clearedAtMs = :never AND lastSeenMs <= :at",
    ExpressionAttributeNames: { "#ttl": "ttl" },
    ExpressionAttributeValues: { ":at": atMs, ":never": null, ":ttl": ttlOf(atMs) },
  });
}

const ttlOf = (atMs: number): number => Math.floor(atMs / 1000) + ALARM_DAYS * 86_400;

/** DynamoDB refuses a value that no expression names. */
function usedIn(text: string, values: Item): Item {
  const names = new Set(text.match(/:\w+/g));
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}
