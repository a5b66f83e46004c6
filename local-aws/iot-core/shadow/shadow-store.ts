import type { Store, Table } from "../../platform/store.ts";
import type { Shadow, ShadowBase } from "./shadow-document.ts";

/** A deleted shadow's version counts on for this long (AWS: device-shadow-data-flow). */
const VERSION_MEMORY_MS = 48 * 3_600_000;

interface StoredShadow {
  readonly shadow?: Shadow;
  /** Set on what is left of a deleted shadow. */
  readonly deleted?: { readonly version: number; readonly atMs: number };
}

/** All shadows in memory, each write on disk before it returns. The classic shadow's name is the empty string. */
export class ShadowStore {
  readonly #table: Table<StoredShadow>;
  readonly #rows = new Map<string, Map<string, StoredShadow>>();

  constructor(store: Store) {
    this.#table = store.table("iot-shadows");
    for (const [key, row] of this.#table.entries()) {
      const [thingName = "", shadowName = ""] = key.split("/");
      this.#rowsOf(thingName).set(shadowName, row);
    }
  }

  find(thingName: string, shadowName: string): Shadow | undefined {
    return this.#rows.get(thingName)?.get(shadowName)?.shadow;
  }

  base(thingName: string, shadowName: string, nowMs: number): ShadowBase {
    const row = this.#rows.get(thingName)?.get(shadowName);
    if (row?.shadow !== undefined) return { shadow: row.shadow, version: row.shadow.version };
    const deleted = row?.deleted;
    const isRemembered = deleted !== undefined && nowMs - deleted.atMs <= VERSION_MEMORY_MS;
    return { shadow: undefined, version: isRemembered ? deleted.version : 0 };
  }

  put(thingName: string, shadowName: string, shadow: Shadow): void {
    this.#write(thingName, shadowName, { shadow });
  }

  /** AWS counts the deletion itself as a version. */
  delete(thingName: string, shadowName: string, nowMs: number): void {
    const shadow = this.find(thingName, shadowName);
    if (shadow !== undefined) this.#write(thingName, shadowName, { deleted: { version: shadow.version + 1, atMs: nowMs } });
  }

  /** Names of the named shadows of a thing, in order. */
  names(thingName: string): string[] {
    const rows = this.#rows.get(thingName) ?? new Map<string, StoredShadow>();
    return [...rows].flatMap(([name, row]) => (name !== "" && row.shadow !== undefined ? [name] : [])).sort();
  }

  /** Forgets what the disk did not take. */
  reload(thingName: string, shadowName: string): void {
    const row = this.#table.get(`${thingName}/${shadowName}`);
    if (row === undefined) this.#rowsOf(thingName).delete(shadowName);
    else this.#rowsOf(thingName).set(shadowName, row);
  }

  #write(thingName: string, shadowName: string, row: StoredShadow): void {
    this.#table.put(`${thingName}/${shadowName}`, row);
    this.#rowsOf(thingName).set(shadowName, row);
  }

  #rowsOf(thingName: string): Map<string, StoredShadow> {
    const rows = this.#rows.get(thingName) ?? new Map<string, StoredShadow>();
    this.#rows.set(thingName, rows);
    return rows;
  }
}
