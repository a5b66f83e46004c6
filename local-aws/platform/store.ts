import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A table of JSON values by string key. Every call is on disk (as far as kill -9 goes) when it returns. */
export interface Table<Value> {
  get(key: string): Value | undefined;
  put(key: string, value: Value): void;
  delete(key: string): void;
  /** Rows whose key starts with `prefix` (default: all), in key order. */
  entries(prefix?: string): [key: string, value: Value][];
}

/** The stand-in's durable state: one SQLite file. The caller must `close()` it. */
export interface Store {
  table<Value>(name: string): Table<Value>;
  /** Runs `work` so that all its writes are kept, or none. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/**
 * Opens (or makes) `local-aws.sqlite` in `directory`.
 * Throws an Error that names the file when it is damaged: a store that cannot be read is never silently reset,
 * because it holds the audit trail.
 */
export function openStore(directory: string): Store {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, "local-aws.sqlite");
  const database = openChecked(path);
  const tables = new Map<string, Table<unknown>>();
  return {
    table: <Value>(name: string) => {
      const known = tables.get(name) ?? createTable(database, name);
      tables.set(name, known);
      return known as Table<Value>;
    },
    transaction: (work) => {
      // A transaction inside a transaction joins the outer one.
      if (database.isTransaction) return work();
      database.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => {
      database.close();
    },
  };
}

function openChecked(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    // WAL with synchronous=NORMAL: an acknowledged write survives kill -9 of this process.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000;");
    const verdict = database.prepare("PRAGMA quick_check(1)").get()?.quick_check;
    if (verdict !== "ok") throw new Error(String(verdict));
    return database;
  } catch (error) {
    database?.close();
    throw new Error(
      `The local AWS's store ${path} is damaged or not readable (${(error as Error).message}). ` +
        "Nothing was changed. Put a copy of it back, or start over with --fresh.",
      { cause: error },
    );
  }
}

function createTable(database: DatabaseSync, name: string): Table<unknown> {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error(`table name ${name} must be kebab-case`);
  database.exec(`CREATE TABLE IF NOT EXISTS "${name}" (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`);
  const select = database.prepare(`SELECT value FROM "${name}" WHERE key = ?`);
  const upsert = database.prepare(
    `INSERT INTO "${name}" (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  );
  const remove = database.prepare(`DELETE FROM "${name}" WHERE key = ?`);
  const range = database.prepare(`SELECT key, value FROM "${name}" WHERE key >= ? AND key < ? ORDER BY key`);
  return {
    get: (key) => {
      const row = select.get(key);
      return row === undefined ? undefined : (JSON.parse(String(row.value)) as unknown);
    },
    put: (key, value) => {
      upsert.run(key, JSON.stringify(value));
    },
    delete: (key) => {
      remove.run(key);
    },
    entries: (prefix = "") =>
      range.all(prefix, `${prefix}\u{10FFFF}`).map((row) => [String(row.key), JSON.parse(String(row.value)) as unknown]),
  };
}
