import "server-only";
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { requireThing } from "../fleet/things.server.ts";
import { AppError } from "../platform/app-error.ts";
import { dynamo } from "../platform/aws-clients.server.ts";
import { env } from "../platform/env.server.ts";
import { openSignedCursor, signCursor } from "../platform/signed-cursor.ts";
import { subkey } from "../session/sealing.ts";
import type { Viewer } from "../session/viewer.server.ts";
import { toColumns } from "./history-columns.ts";
import type { HistoryPage, HistoryQuery } from "./history-page.ts";
import { HISTORY_MINUTE_MS, historySpacingMs } from "./history-window.ts";

/** Rows of a page: a day and an hour of minutes. */
const PAGE_ROWS = 1_500;

const positionSchema = z.number().int();

/**
 * A page of a thing's past, oldest first. Throws thing/not-found, history/off, history/cursor-invalid, and history/unavailable when the
 * table cannot be read.
 */
export async function readHistory(viewer: Viewer, thingName: string, query: HistoryQuery): Promise<HistoryPage> {
  const { HISTORY_TABLE, SESSION_KEYS } = env();
  const { site, intervalMs } = await requireThing(viewer, thingName);
  if (HISTORY_TABLE === undefined) throw new AppError("history/off");
  const keys = SESSION_KEYS.map((key) => subkey(key, "thingdeck history cursor"));
  const scope = ["history", viewer.sub, thingName, query.fromMs, query.toMs, query.metrics];
  const afterMinuteMs = query.cursor === null ? null : openPosition(query.cursor, scope, keys);
  const { rows, lastMinuteMs } = await readRows(HISTORY_TABLE, { thingName, site, query, afterMinuteMs });
  const [key] = keys;
  return {
    thing: thingName,
    fromMs: query.fromMs,
    toMs: query.toMs,
    spacingMs: historySpacingMs(intervalMs),
    ...toColumns(rows, query.metrics),
    nextCursor: lastMinuteMs === undefined || !key ? null : signCursor(lastMinuteMs, scope, key),
  };
}

function openPosition(cursor: string, scope: unknown, keys: readonly Buffer[]): number {
  const position = positionSchema.safeParse(openSignedCursor(cursor, scope, keys));
  if (!position.success) throw new AppError("history/cursor-invalid");
  return position.data;
}

interface Stretch {
  thingName: string;
  site: string;
  query: HistoryQuery;
  afterMinuteMs: number | null;
}

/** A row that is past its time may wait two days for DynamoDB to delete it; it is gone for us at once. */
async function readRows(
  TableName: string,
  { thingName, site, query, afterMinuteMs }: Stretch,
): Promise<{ rows: Row[]; lastMinuteMs: number | undefined }> {
  try {
    const { Items = [], LastEvaluatedKey } = await dynamo().send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: "pk = :thing AND sk BETWEEN :first AND :last",
        FilterExpression: "#site = :site AND #ttl > :now AND atMs BETWEEN :from AND :to",
        ExpressionAttributeNames: { "#site": "site", "#ttl": "ttl" },
        ExpressionAttributeValues: {
          ":thing": thingName,
          // What a thing sent while it belonged to another site stays there.
          ":site": site,
          ":first": afterMinuteMs === null ? minuteOf(query.fromMs) : afterMinuteMs + HISTORY_MINUTE_MS,
          ":last": Math.max(minuteOf(query.toMs), afterMinuteMs === null ? 0 : afterMinuteMs + HISTORY_MINUTE_MS),
          ":from": query.fromMs,
          ":to": query.toMs,
          ":now": Math.floor(Date.now() / 1000),
        },
        Limit: PAGE_ROWS,
      }),
    );
    const last: unknown = LastEvaluatedKey?.sk;
    return { rows: Items, lastMinuteMs: typeof last === "number" ? last : undefined };
  } catch (cause) {
    throw new AppError("history/unavailable", { cause });
  }
}

type Row = Record<string, unknown>;

const minuteOf = (atMs: number): number => Math.floor(atMs / HISTORY_MINUTE_MS) * HISTORY_MINUTE_MS;
