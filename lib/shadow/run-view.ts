import type { JsonObject } from "../fleet/thing.ts";
import type { Run, RunRow, RunStatus } from "./run.ts";

/** A run as the HTTP API shows it. */
export interface RunView extends Omit<Run, "by" | "things" | "all" | "session" | "origin"> {
  by: { username: string; name: string };
  isMine: boolean;
  isSettled: boolean;
  counts: Partial<Record<RunRow["outcome"], number>>;
  rows: RunRow[];
}

/** A line of the list of runs. */
export interface RunListItem {
  id: string;
  by: { username: string; name: string };
  atMs: number;
  patch: JsonObject;
  status: RunStatus;
  thingCount: number;
  excludedCount: number;
}
