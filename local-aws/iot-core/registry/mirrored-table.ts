import type { Store } from "../../platform/store.ts";

/** A table held in memory for synchronous reads; every write is in the store before it returns. */
export interface MirroredTable<Value> {
  get(key: string): Value | undefined;
  has(key: string): boolean;
  put(key: string, value: Value): void;
  delete(key: string): boolean;
  keys(): string[];
  values(): Value[];
  readonly size: number;
}

/** Loads `name` from the store; the key order of `keys()` and `values()` is insertion order after key order at load. */
export function mirrorTable<Value>(store: Store, name: string): MirroredTable<Value> {
  const table = store.table<Value>(name);
  const rows = new Map(table.entries());
  return {
    get: (key) => rows.get(key),
    has: (key) => rows.has(key),
    put: (key, value) => {
      table.put(key, value);
      rows.set(key, value);
    },
    delete: (key) => {
      table.delete(key);
      return rows.delete(key);
    },
    keys: () => [...rows.keys()],
    values: () => [...rows.values()],
    get size() {
      return rows.size;
    },
  };
}
