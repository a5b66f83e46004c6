import type { DocumentPort, QueryInput, UpdateInput } from "../../../lib/shadow/audit-store.ts";

type Item = Record<string, unknown>;

const INDEX_KEYS: Record<string, [string, string]> = {
  "by-time": ["day", "at"],
  "by-thing": ["thing", "at"],
  "by-run": ["run", "at"],
  "open-by-thing": ["openThing", "at"],
  "by-deadline": ["open", "deadlineMs"],
};

/** A table in memory that keeps DynamoDB's rules the log relies on: conditions, sparse indexes, and that a null is no key. */
export function createMemoryAudit(): DocumentPort & { items(): Item[] } {
  const items = new Map<string, Item>();
  return {
    items: () => [...items.values()],
    get: ({ Key }) => Promise.resolve({ Item: structuredClone(items.get(String(Key.pk))) }),
    put: ({ Item: item }) => {
      const id = String(item.pk);
      if (items.has(id)) return Promise.resolve(false);
      requireIndexable(item);
      items.set(id, structuredClone(item));
      return Promise.resolve(true);
    },
    update: (input) => Promise.resolve(update(items, input)),
    query: (input) => Promise.resolve(query([...items.values()], input)),
  };
}

function update(items: Map<string, Item>, input: UpdateInput): boolean {
  const { Key, UpdateExpression, ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  const item = items.get(String(Key.pk));
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
