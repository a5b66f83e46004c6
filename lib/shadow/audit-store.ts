import type { AuditRow, AuditStatus } from "./audit-row.ts";
import { AUDIT_DAYS, WAITING_STATUSES } from "./audit-row.ts";
import { createRecentRows, isWorthNoting, positionOf, type RowRef } from "./recent-rows.ts";

type Item = Record<string, unknown>;

/** The four DynamoDB calls the log makes, as the document client spells them; the server and the functions hand in their own. */
export interface DocumentPort {
  get(input: { TableName: string; Key: Item; ConsistentRead: boolean }): Promise<{ Item?: Item | undefined }>;
  /** Answers false when the condition failed. */
  put(input: { TableName: string; Item: Item; ConditionExpression: string }): Promise<boolean>;
  /** Answers false when the condition failed. */
  update(input: UpdateInput): Promise<boolean>;
  query(input: QueryInput): Promise<{ Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined }>;
}

export interface UpdateInput {
  TableName: string;
  Key: Item;
  UpdateExpression: string;
  ConditionExpression?: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues: Item;
}

export interface QueryInput {
  TableName: string;
  IndexName: string;
  KeyConditionExpression: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues: Item;
  ScanIndexForward: boolean;
  Limit: number;
}

export type AuditIndex = "by-time" | "by-thing" | "by-run";

export interface PageQuery {
  index: AuditIndex;
  /** The day (`2026-11-23`), the thing, or the run. */
  partition: string;
  /** Rows strictly before this position (newest first). */
  beforeAt?: string | undefined;
  limit: number;
}

/** The audit log. Rows are put once; afterwards only their outcome changes, and only forwards. */
export interface AuditStore {
  /** False when a row of that id exists already (and nothing was written). */
  insert(row: AuditRow): Promise<boolean>;
  find(id: string): Promise<AuditRow | undefined>;
  /**
   * Decides again on the newest row until its change is written; answers the row as it then stands, or undefined when there is none. Who has
   * `known` the row a moment ago saves reading it.
   */
  transition(id: string, decide: (row: AuditRow) => AuditRow, known?: AuditRow): Promise<AuditRow | undefined>;
  /** The thing's rows that may still move, and more; newest first and never behind, whatever the indexes show. */
  listRecent(thing: string): Promise<RowRef[]>;
  forgetRecent(thing: string, refs: readonly RowRef[]): Promise<void>;
  listDue(nowMs: number, limit: number): Promise<AuditRow[]>;
  /**
   * Newest first. `lastAt` is the position to go on from, undefined on the last page. Lists come from indexes, which AWS keeps up only eventually;
   * the first page of a thing has its open rows, and those that moved its shadow, as they stand.
   */
  listPage(query: PageQuery): Promise<{ rows: AuditRow[]; lastAt: string | undefined }>;
}

const PARTITION: Record<AuditIndex, string> = { "by-time": "day", "by-thing": "thing", "by-run": "run" };
/** `openThing` was an index's key; rows written then still have it. */
const KEY_ATTRIBUTES = new Set(["pk", "sk", "day", "at", "open", "openThing", "ttl"]);
const OUTCOME_ATTRIBUTES = [
  ...(["status", "statusAtMs", "version", "acceptedAtMs", "latencyMs", "reported"] as const),
  ...(["words", "code", "byId", "deadlineMs", "early", "revision"] as const),
] satisfies (keyof AuditRow)[];
/** Everything that an update may name: the policies of the server and the functions hold this list (infra/constructs/audit-statements.ts). */
export const AUDIT_UPDATE_ATTRIBUTES: readonly string[] = ["pk", "sk", "open", ...OUTCOME_ATTRIBUTES];
/** Partition keys of all rows; and of those that the two functions put: everybody else's ids are hexadecimal or begin with `w-`. */
export const ROW_KEYS = "C#*";
export const SYSTEM_ROW_KEYS = { outside: "C#v-*", expiry: "C#x-*" } as const;
/** Kept as JSON text: a shadow may hold numbers and depths that DynamoDB's own types refuse. */
const JSON_ATTRIBUTES: ReadonlySet<string> = new Set(["patch", "before", "reported", "early"]);
/** A row that two writers keep changing under each other's hands is written by one of them within a few rounds. */
const TRANSITION_ROUNDS_MAX = 8;

/** The log over one table. */
export function createAuditStore(port: DocumentPort, TableName: string): AuditStore {
  const find = async (id: string) => {
    const { Item } = await port.get({ TableName, Key: keyOf(id), ConsistentRead: true });
    return Item && fromItem(Item);
  };
  const recent = createRecentRows(port, TableName);
  return {
    find,
    async insert(row) {
      const put = port.put({ TableName, Item: toItem(row), ConditionExpression: "attribute_not_exists(pk)" });
      const [isNew] = await Promise.all([put, isWorthNoting(row) && recent.note(row)]);
      return isNew;
    },
    async transition(id, decide, known) {
      for (let round = 0; round < TRANSITION_ROUNDS_MAX; round += 1) {
        const row = round === 0 && known ? known : await find(id);
        if (!row) return undefined;
        const changed = decide(row);
        if (changed === row) return row;
        if (await port.update(toUpdate(TableName, row, { ...changed, revision: row.revision + 1 }))) return changed;
      }
      throw new Error(`audit row ${id} kept changing while its outcome was written`);
    },
    listRecent: recent.list,
    forgetRecent: recent.forget,
    ...createLists(port, TableName, async (thing, limit) => {
      const rows = await Promise.all((await recent.list(thing)).slice(0, limit).map(({ id }) => find(id)));
      return rows.filter((row) => row !== undefined).filter((row) => row.thing === thing);
    }),
  };
}

type ReadRecent = (thing: string, limit: number) => Promise<AuditRow[]>;

function createLists(port: DocumentPort, TableName: string, readRecent: ReadRecent): Pick<AuditStore, "listDue" | "listPage"> {
  const query = async (input: Omit<QueryInput, "TableName">) => {
    const { Items, LastEvaluatedKey } = await port.query({ TableName, ...input });
    return { rows: (Items ?? []).map(fromItem), isMore: LastEvaluatedKey !== undefined };
  };
  return {
    async listDue(nowMs, limit) {
      const { rows } = await query({
        IndexName: "by-deadline",
        KeyConditionExpression: "#open = :open AND deadlineMs <= :now",
        ExpressionAttributeNames: { "#open": "open" },
        ExpressionAttributeValues: { ":open": "open", ":now": nowMs },
        ScanIndexForward: true,
        Limit: limit,
      });
      return rows;
    },
    async listPage({ index, partition, beforeAt, limit }) {
      const isHead = index === "by-thing" && beforeAt === undefined;
      const reading = query({
        IndexName: index,
        KeyConditionExpression: `#partition = :partition${beforeAt === undefined ? "" : " AND #at < :before"}`,
        ExpressionAttributeNames: { "#partition": PARTITION[index], ...(beforeAt !== undefined && { "#at": "at" }) },
        ExpressionAttributeValues: { ":partition": partition, ...(beforeAt !== undefined && { ":before": beforeAt }) },
        ScanIndexForward: false,
        Limit: limit,
      });
      const [{ rows, isMore }, recent] = await Promise.all([reading, isHead ? readRecent(partition, limit) : []]);
      return pageOf(rows, { isMore, recent, limit });
    },
  };
}

/** A page of an index, its newest rows as they stand rather than as the index has them. */
function pageOf(
  indexed: readonly AuditRow[],
  { isMore, recent, limit }: { isMore: boolean; recent: readonly AuditRow[]; limit: number },
): { rows: AuditRow[]; lastAt: string | undefined } {
  const last = indexed.at(-1);
  const endAt = isMore && last ? positionOf(last) : "";
  const byPosition = new Map([...indexed, ...recent].map((row) => [positionOf(row), row]));
  const positions = [...byPosition.keys()]
    .filter((position) => position >= endAt)
    .sort()
    .reverse();
  const shown = positions.slice(0, limit);
  const rows = shown.map((position) => byPosition.get(position)).filter((row) => row !== undefined);
  return { rows, lastAt: isMore || shown.length < positions.length ? shown.at(-1) : undefined };
}

function keyOf(id: string): Item {
  return { pk: `C#${id}`, sk: "row" };
}

function toItem(row: AuditRow): Item {
  const item: Item = {
    ...encode(row),
    ...keyOf(row.id),
    day: new Date(row.atMs).toISOString().slice(0, 10),
    at: positionOf(row),
    ttl: Math.ceil(row.atMs / 1000) + AUDIT_DAYS * 86_400,
  };
  // A null is no index key: rows without a run or a deadline stay out of those indexes.
  if (row.run === null) delete item.run;
  delete item.deadlineMs;
  return Object.assign(item, openKeys(row));
}

/** Keys of the sparse index, as long as the row belongs there. */
function openKeys(row: AuditRow): { open?: string; deadlineMs?: number } {
  const isDue = row.deadlineMs !== null && WAITING_STATUSES.has(row.status);
  return isDue ? { open: "open", deadlineMs: row.deadlineMs ?? 0 } : {};
}

function fromItem(item: Item): AuditRow {
  const row = Object.entries(item)
    .filter(([name]) => !KEY_ATTRIBUTES.has(name))
    .map(([name, value]) => [name, JSON_ATTRIBUTES.has(name) && typeof value === "string" ? (JSON.parse(value) as unknown) : value]);
  return { run: null, deadlineMs: null, ...Object.fromEntries(row) } as AuditRow;
}

function encode(attributes: object): Item {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]: [string, unknown]) => [
      name,
      JSON_ATTRIBUTES.has(name) && value !== null ? JSON.stringify(value) : value,
    ]),
  );
}

function toUpdate(TableName: string, row: AuditRow, next: AuditRow): UpdateInput {
  const keys = openKeys(next);
  const set: Item = { ...encode(Object.fromEntries(OUTCOME_ATTRIBUTES.map((name) => [name, next[name]]))), ...keys };
  if (keys.deadlineMs === undefined) delete set.deadlineMs;
  const remove = ["open", "deadlineMs"].filter((name) => !(name in keys));
  const names = [...Object.keys(set), ...remove];
  return {
    TableName,
    Key: keyOf(row.id),
    UpdateExpression: `SET ${Object.keys(set)
      .map((name) => `#${name} = :${name}`)
      .join(", ")}${remove.length ? ` REMOVE ${remove.map((name) => `#${name}`).join(", ")}` : ""}`,
    ConditionExpression: "#revision = :was",
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
      ":was": row.revision,
    },
  };
}

/** The statuses a filter may name. */
export const AUDIT_STATUSES: readonly AuditStatus[] = [
  ...(["pending", "accepted", "confirmed", "rejected-by-device", "timed-out", "expired", "withdrawn"] as const),
  ...(["superseded", "changed-by-someone-else", "denied", "refused", "failed", "unknown", "recorded"] as const),
];
