import type { DocumentPort, QueryInput, UpdateInput } from "../../../lib/shadow/audit-store.ts";

type Item = Record<string, unknown>;

const INDEX_KEYS: Record<string, [string, string]> = {
  "by-time": ["day", "at"],
  "by-thing": ["thing", "at"],
  "by-run": ["run", "at"],
  "by-deadline": ["open", "deadlineMs"],
};

export interface MemoryAudit extends DocumentPort {
  /** The rows, without the items that name them. */
  rows(): Item[];
  /** From now on the indexes show what the table holds now, and nothing that comes later. */
  catchUp(): void;
}

/**
 * A table in memory that keeps DynamoDB's rules the log relies on: conditions, sparse indexes, that a null is no key, and that an index is behind its
 * table by no time that anybody promises: until the first `catchUp()` they are not.
 */
export function createMemoryAudit(): MemoryAudit {
  const items = new Map<string, Item>();
  let indexed: Item[] | undefined;
  return {
    rows: () => [...items.values()].filter(({ sk }) => sk === "row"),
    catchUp: () => (indexed = structuredClone([...items.values()])),
    get: ({ Key }) => Promise.resolve({ Item: structuredClone(items.get(String(Key.pk))) }),
    put: ({ Item: item }) => {
      const id = String(item.pk);
      if (items.has(id)) return Promise.resolve(false);
      requireIndexable(item);
      items.set(id, structuredClone(item));
      return Promise.resolve(true);
    },
    update: (input) => Promise.resolve(update(items, input)),
    query: (input) => Promise.resolve(query(indexed ?? [...items.values()], input)),
  };
}

function update(items: Map<string, Item>, input: UpdateInput): boolean {
  const { Key, UpdateExpression, ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  const item = items.get(String(Key.pk));
  const [, verb, set = ""] = /^(ADD|DELETE) (#\w+) /.exec(UpdateExpression) ?? [];
  if (verb !== undefined) {
    const name = names[set] ?? "";
    const kept = [...((item?.[name] ?? []) as Iterable<unknown>)];
    const given = [...(values[":positions"] as Iterable<unknown>)];
    const next = new Set(verb === "ADD" ? [...kept, ...given] : kept.filter((one) => !given.includes(one)));
    // DynamoDB knows no empty set: the attribute goes.
    items.set(String(Key.pk), { ...Key, ...(next.size > 0 && { [name]: next }) });
    return true;
  }
  if (!item || item.revision !== values[":was"]) return false;
  const [, sets = "", removes = ""] = /^SET (.*?)(?: REMOVE (.*))?$/.exec(UpdateExpression) ?? [];
  for (const assignment of sets.split(", ")) {
    const [name = "", value = ""] = assignment.split(" = ");
    item[names[name] ?? ""] = structuredClone(values[value]);
  }
  for (const name of removes.split(", ").filter(Boolean)) delete item[names[name] ?? ""];
  requireIndexable(item);
  return true;
}

function query(all: Item[], { IndexName, ExpressionAttributeValues: values, ScanIndexForward, Limit }: QueryInput) {
  const [partition, sort] = INDEX_KEYS[IndexName] ?? ["", ""];
  const found = all
    .filter((item) => item[partition] !== undefined && item[sort] !== undefined)
    .filter((item) => Object.entries(values).every(([name, value]) => matches(item, { name, value, partition, sort })))
    .sort((left, right) => compare(left[sort], right[sort]) * (ScanIndexForward ? 1 : -1));
  const Items = structuredClone(found.slice(0, Limit));
  return { Items, ...(found.length > Limit && { LastEvaluatedKey: {} }) };
}

function matches(item: Item, { name, value, partition, sort }: { name: string; value: unknown; partition: string; sort: string }): boolean {
  if (name === ":before") return compare(item[sort], value) < 0;
  if (name === ":now") return Number(item[sort]) <= Number(value);
  return item[partition] === value;
}

function compare(left: unknown, right: unknown): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0;
}

function requireIndexable(item: Item): void {
  for (const name of Object.values(INDEX_KEYS).flat()) {
    if (!(name in item)) continue;
    const wanted = name === "deadlineMs" ? "number" : "string";
    if (typeof item[name] !== wanted) throw new Error(`ValidationException: index key ${name} is ${typeof item[name]}`);
  }
}
