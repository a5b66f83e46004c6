import "server-only";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { AppError } from "../platform/app-error.ts";
import { dynamo } from "../platform/aws-clients.server.ts";
import { env } from "../platform/env.server.ts";
import { processSingleton } from "../platform/process-singleton.ts";
import { alarmKey, type AlarmRow } from "./alarm-row.ts";
import { parseAlarmRow } from "./parse-alarm-row.ts";

/** Every open tab asks every few seconds; the table is read once for all of them. */
const FRESH_MS = 2_000;
/** A site with more rows than this shows the first of them; the page says how many there are. */
const ROWS_MAX = 5_000;

interface Entry {
  atMs: number;
  rows: Promise<AlarmRow[]>;
}

const entries = processSingleton("alarms/sites", () => new Map<string, Entry>());

/** The alarms of a site, at most two seconds old. Throws alarm/unavailable. */
export async function siteAlarms(site: string): Promise<AlarmRow[]> {
  const known = entries().get(site);
  if (known && Date.now() - known.atMs < FRESH_MS) return await known.rows;
  const rows = readSite(site);
  const entry = { atMs: Date.now(), rows };
  entries().set(site, entry);
  rows.catch(() => {
    if (entries().get(site) === entry) entries().delete(site);
  });
  return await rows;
}

async function readSite(site: string): Promise<AlarmRow[]> {
  const rows: AlarmRow[] = [];
  let start: Record<string, unknown> | undefined;
  const nowSeconds = Math.floor(Date.now() / 1000);
  do {
    const page = await reach(() =>
      dynamo().send(
        new QueryCommand({
          TableName: env().ALARMS_TABLE,
          KeyConditionExpression: "pk = :site",
          FilterExpression: "#ttl > :now",
          ExpressionAttributeNames: { "#ttl": "ttl" },
          ExpressionAttributeValues: { ":site": site, ":now": nowSeconds },
          ConsistentRead: true,
          ...(start && { ExclusiveStartKey: start }),
        }),
      ),
    );
    rows.push(...(page.Items ?? []).flatMap((item) => parseAlarmRow(item) ?? []));
    start = page.LastEvaluatedKey;
  } while (start && rows.length < ROWS_MAX);
  return rows;
}

/** Sets or removes one answer of the raising that was looked at; throws alarm/moved-on when it was raised anew since, alarm/unavailable. */
export async function answerAlarm(row: AlarmRow, field: "acknowledged" | "snoozed" | "assigned", answer: object | null): Promise<void> {
  try {
    await dynamo().send(
      new UpdateCommand({
        TableName: env().ALARMS_TABLE,
        Key: alarmKey(row),
        UpdateExpression: answer === null ? "REMOVE #field" : "SET #field = :answer",
        ConditionExpression: "raisedAtMs = :raisedAtMs",
        ExpressionAttributeNames: { "#field": field },
        ExpressionAttributeValues: { ":raisedAtMs": row.raisedAtMs, ...(answer && { ":answer": answer }) },
      }),
    );
  } catch (cause) {
    if (cause instanceof ConditionalCheckFailedException) throw new AppError("alarm/moved-on", { cause });
    throw new AppError("alarm/unavailable", { cause });
  } finally {
    entries().delete(row.site);
  }
}

async function reach<Output>(read: () => Promise<Output>): Promise<Output> {
  try {
    return await read();
  } catch (cause) {
    throw new AppError("alarm/unavailable", { cause });
  }
}
