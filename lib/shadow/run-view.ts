import type { JsonObject } from "../fleet/thing.ts";
import type { Run, RunRow, RunStatus, RunTally } from "./run.ts";

/** A run as the HTTP API shows it. */
export interface RunView extends Omit<Run, "by" | "things" | "all" | "session" | "origin" | "tally" | "leaseUntilMs">, RunTally {
  by: { username: string; name: string };
  isMine: boolean;
  rows: RunRow[];
}

/** A line of the list of runs. */
export interface RunListItem {
  id: string;
  by: { username: string; name: string };
  atMs: number;
  patch: JsonObject;
  thingTypes?: string[];
  status: RunStatus;
  thingCount: number;
  excludedCount: number;
  /** Null while it could not be counted. */
  tally: RunTally | null;
}
