declare module "dynalite" {
  import type { Server } from "node:http";

  interface DynaliteOptions {
    /** Folder of the LevelDB files; in memory when absent. */
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }

  export default function dynalite(options?: DynaliteOptions): Server;
}

declare module "dynalite/db/index.js" {
  import type { Readable } from "node:stream";

  export interface Snapshot {
    close(): Promise<void>;
  }

  interface SubStore {
    createValueStream(range: Record<string, unknown>): Readable;
  }

  /** The engine's store, as far as the stand-in reaches into it. */
  export interface EngineStore {
    db: { open(): Promise<void>; snapshot(): Snapshot };
    /** `global` or `local` when an index is read, `Global` or `Local` when it is written. */
    getIndexDb(indexType: string, tableName: string, indexName: string): SubStore;
  }

  const engine: { create(options: Record<string, unknown>): EngineStore };
  export default engine;
}
