import "server-only";
import { AppError } from "../platform/app-error.ts";
import { env } from "../platform/env.server.ts";
import { subkey } from "../session/sealing.ts";
import type { Viewer } from "../session/viewer.server.ts";
import { openCursor, sealCursor } from "./audit-cursor.ts";
import { auditCsvHeader, toAuditCsvLine } from "./audit-csv.ts";
import { type AuditFilter, type AuditPosition, indexOf, matchesFilter, previousDay, startOf } from "./audit-filter.ts";
import { auditLog } from "./audit-log.server.ts";
import type { AuditRow } from "./audit-row.ts";
import { mayRead } from "./commands.server.ts";
import { positionOf } from "./recent-rows.ts";

export interface AuditPage {
  rows: AuditRow[];
  nextCursor: string | null;
}

/** Rows read per query, and queries per page: a filter that matches little answers with a short page and a cursor. */
const QUERY_ROWS = 100;
const QUERIES_MAX = 120;
const CSV_ROWS_MAX = 20_000;

/** A page of the log, newest first, of the viewer's sites only. Throws audit/cursor-invalid, audit/unavailable. */
export async function readAuditPage(
  viewer: Viewer,
  { filter, cursor, limit }: { filter: AuditFilter; cursor?: string | undefined; limit: number },
): Promise<AuditPage> {
  const keys = env().SESSION_KEYS.map((key) => subkey(key, "thingdeck audit cursor"));
  const scope = { sub: viewer.sub, filter };
  const start = cursor === undefined ? startOf(filter, Date.now()) : openCursor(cursor, scope, keys);
  const [key] = keys;
  if (!start || !key) throw new AppError("audit/cursor-invalid");
  const { rows, next } = await collect(viewer, filter, { start, limit });
  return { rows, nextCursor: next ? sealCursor(next, scope, key) : null };
}

/** The same rows as CSV, streamed page by page. */
export function streamAuditCsv(viewer: Viewer, filter: AuditFilter): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let position: AuditPosition | undefined = startOf(filter, Date.now());
  let rowCount = 0;
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(auditCsvHeader)),
    async pull(controller) {
      if (!position || rowCount >= CSV_ROWS_MAX) {
        controller.close();
        return;
      }
      const { rows, next } = await collect(viewer, filter, { start: position, limit: 500 });
      position = next;
      rowCount += rows.length;
      controller.enqueue(encoder.encode(rows.map(toAuditCsvLine).join("")));
    },
  });
}

async function collect(
  viewer: Viewer,
  filter: AuditFilter,
  { start, limit }: { start: AuditPosition; limit: number },
): Promise<{ rows: AuditRow[]; next: AuditPosition | undefined }> {
  const index = indexOf(filter);
  const nowMs = Date.now();
  const rows: AuditRow[] = [];
  let position: AuditPosition | undefined = start;
  for (let queries = 0; position && queries < QUERIES_MAX && rows.length < limit; queries += 1) {
    const { partition, beforeAt }: AuditPosition = position;
    const page = await auditLog().listPage({ index, partition, beforeAt: beforeAt ?? undefined, limit: QUERY_ROWS });
    const matching = page.rows.filter((row) => matchesFilter(row, filter) && mayRead(viewer, row));
    const taken = matching.slice(0, limit - rows.length);
    rows.push(...taken);
    const last = taken.at(-1);
    const isOlder = page.rows.some(({ atMs }) => atMs < (filter.fromMs ?? -Infinity));
    if (last && taken.length < matching.length) position = { partition, beforeAt: positionOf(last) };
    else if (isOlder) position = undefined;
    else position = page.lastAt === undefined ? nextPartition(index, partition, { filter, nowMs }) : { partition, beforeAt: page.lastAt };
  }
  return { rows, next: position };
}

function nextPartition(
  index: string,
  partition: string,
  { filter, nowMs }: { filter: AuditFilter; nowMs: number },
): AuditPosition | undefined {
  const day = index === "by-time" ? previousDay(partition, filter, nowMs) : undefined;
  return day === undefined ? undefined : { partition: day, beforeAt: null };
}
