import { type AuditRow, OPEN_STATUSES } from "./audit-row.ts";
import type { DocumentPort } from "./audit-store.ts";

/** A row that a thing's item names: enough to read the row itself, and to sort by. */
export interface RowRef {
  id: string;
  atMs: number;
}

/** Everything that an update of such an item may name, and the partitions it may be in: the policies hold both (infra/constructs/audit-statements.ts). */
export const RECENT_UPDATE_ATTRIBUTES: readonly string[] = ["pk", "sk", "recent"];
export const RECENT_KEYS = "T#*";

/** By then every index shows a row, as far as AWS says anything about that ("a fraction of a second, under normal conditions"). */
const INDEXED_MS = 3_000;
/** A name is written beside its row; a row that is not there by then was never put. */
const PUT_MS = 60_000;
/** AWS delivers a rule's event to a function again for up to six hours; until then a row whose write was given up may turn out to be written. */
const REDELIVERED_MS = 6 * 3_600_000;

/** The sort position of a row in every list: its time, made unique by its id. */
export function positionOf({ atMs, id }: RowRef): string {
  return `${new Date(atMs).toISOString()}#${id}`;
}

function refOf(position: string): RowRef {
  const at = position.indexOf("#");
  return { id: position.slice(at + 1), atMs: Date.parse(position.slice(0, at)) };
}

/**
 * One item a thing that names its rows which may still move, and those that ended a few seconds ago. An index of DynamoDB is behind
 * its table by a time that nobody promises, and a device answers within a tenth of a second: who must not miss a row reads this item, consistently.
 */
export function createRecentRows(port: DocumentPort, TableName: string) {
  const keyOf = (thing: string) => ({ pk: `T#${thing}`, sk: "recent" });
  const change = (verb: "ADD" | "DELETE", thing: string, refs: readonly RowRef[]) =>
    port.update({
      TableName,
      Key: keyOf(thing),
      UpdateExpression: `${verb} #recent :positions`,
      ExpressionAttributeNames: { "#recent": "recent" },
      ExpressionAttributeValues: { ":positions": new Set(refs.map(positionOf)) },
    });
  return {
    /** Names a row; before its shadow is written, or a device's answer could find nothing. */
    note: (row: AuditRow) => change("ADD", row.thing, [row]),
    /** Newest first. A row of that name need not be there yet, or ever. */
    async list(thing: string): Promise<RowRef[]> {
      const { Item } = await port.get({ TableName, Key: keyOf(thing), ConsistentRead: true });
      const positions = Item?.recent instanceof Set ? [...(Item.recent as Set<string>)] : [];
      return positions.sort().reverse().map(refOf);
    },
    async forget(thing: string, refs: readonly RowRef[]): Promise<void> {
      if (refs.length > 0) await change("DELETE", thing, refs);
    },
  };
}

/** True for a row that somebody might look for before the indexes show it. */
export const isWorthNoting = ({ status, version }: AuditRow): boolean => OPEN_STATUSES.has(status) || version !== null;

/** True once nobody needs the thing's item to find the row: `row` as it stands, undefined when there is none of that name. */
export function mayForget({ atMs }: RowRef, row: AuditRow | undefined, { thing, nowMs }: { thing: string; nowMs: number }): boolean {
  if (row && row.thing !== thing) return true;
  if (row && OPEN_STATUSES.has(row.status)) return false;
  if (!row) return nowMs - atMs > PUT_MS;
  if (row.status === "failed" || row.status === "unknown") return nowMs - atMs > REDELIVERED_MS;
  return nowMs - row.statusAtMs > INDEXED_MS;
}
