import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import type { Table } from "../platform/store.ts";
import type { Engine } from "./engine.ts";
import type { TimeToLive } from "./tables.ts";

/** AWS deletes within days; a stand-in that took minutes would hide what expiry does. */
const SWEEP_INTERVAL_MS = 20_000;

interface ScanAnswer {
  readonly Items: readonly Record<string, unknown>[];
  readonly LastEvaluatedKey?: Record<string, unknown>;
}
interface KeysAnswer {
  readonly Table: { readonly KeySchema: readonly { readonly AttributeName: string }[] };
}

/**
 * Deletes items whose TTL attribute is a number of epoch seconds in the past, and no more than five years in the past
 * (developer guide, "Using time to live": older values are ignored). Returns its own stop.
 */
export function sweepExpiredItems(
  engine: Engine,
  { tables, clock, log }: { tables: Table<TimeToLive>; clock: Clock; log: Logger },
): () => Promise<void> {
  let running = Promise.resolve();
  const sweep = async () => {
    for (const [tableName, { attributeName }] of tables.entries()) {
      await sweepTable(engine, tableName, { attributeName, nowSeconds: Math.floor(clock.nowMs() / 1000) }).catch((error: unknown) => {
        log.warn({ table: tableName, error }, "time to live: sweep failed, tried again later");
      });
    }
  };
  const timer = setInterval(() => {
    running = running.then(sweep);
  }, SWEEP_INTERVAL_MS);
  return async () => {
    clearInterval(timer);
    await running;
  };
}

const FIVE_YEARS_SECONDS = 5 * 365 * 86_400;

async function sweepTable(engine: Engine, tableName: string, { attributeName, nowSeconds }: { attributeName: string; nowSeconds: number }) {
  const { Table } = await engine.call<KeysAnswer>("DescribeTable", { TableName: tableName });
  const keyNames = Table.KeySchema.map(({ AttributeName }) => AttributeName);
  let start: Record<string, unknown> | undefined;
  do {
    const page: ScanAnswer = await engine.call<ScanAnswer>("Scan", {
      TableName: tableName,
      FilterExpression: "#ttl < :now AND #ttl > :floor",
      ExpressionAttributeNames: { "#ttl": attributeName },
      ExpressionAttributeValues: { ":now": { N: String(nowSeconds) }, ":floor": { N: String(nowSeconds - FIVE_YEARS_SECONDS) } },
      ...(start && { ExclusiveStartKey: start }),
    });
    for (const found of page.Items) {
      const Key = Object.fromEntries(keyNames.map((name) => [name, found[name]]));
      // The item may have been renewed since the scan saw it.
      const condition = {
        ConditionExpression: "#ttl < :now",
        ExpressionAttributeNames: { "#ttl": attributeName },
        ExpressionAttributeValues: { ":now": { N: String(nowSeconds) } },
      };
      await engine.call("DeleteItem", { TableName: tableName, Key, ...condition }).catch(() => undefined);
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
