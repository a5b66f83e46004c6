import type { AuditRow } from "./audit-row.ts";
import { toCsvLine } from "./csv.ts";

const COLUMNS = [
  ...["time", "command", "kind", "who", "user", "from", "thing", "site", "field", "before", "desired", "reported"],
  ...["outcome", "outcome time", "latency ms", "device words", "code", "shadow version", "run", "of", "note"],
];

/** The first line of an audit CSV. */
export const auditCsvHeader = toCsvLine(COLUMNS);

/** One row of the log as one line. */
export function toAuditCsvLine(row: AuditRow): string {
  const from = [row.origin.via, row.origin.ip].filter(Boolean).join(" ");
  return toCsvLine([
    new Date(row.atMs).toISOString(),
    row.id,
    row.kind,
    row.actor?.name ?? (row.kind === "outside" ? "outside Thingdeck" : "Thingdeck"),
    row.actor?.username,
    from,
    row.thing,
    row.site,
    row.fields.join(" "),
    json(row.before?.reported),
    json(row.patch),
    json(row.reported),
    row.status,
    new Date(row.statusAtMs).toISOString(),
    row.latencyMs,
    row.words,
    row.code,
    row.version,
    row.run,
    row.of,
    row.note,
  ]);
}

function json(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
