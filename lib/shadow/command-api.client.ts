import "client-only";
import type { JsonObject } from "../fleet/thing.ts";
import { readJson, sendJson } from "../session/site-api.client.ts";
import type { CommandView } from "./command-view.ts";
import type { LockView } from "./lock-view.ts";
import type { RunReview } from "./run-review.ts";
import type { RunView } from "./run-view.ts";

const thingUrl = (thing: string, rest: string): string => `/api/things/${encodeURIComponent(thing)}/${rest}`;
const commandUrl = (id: string, rest = ""): string => `/api/commands/${encodeURIComponent(id)}${rest}`;

/** The body of a press. `expiresAtMs` only with `queue`. */
export interface DesiredRequest {
  patch: JsonObject;
  expectedVersion: number | null;
  commandId: string;
  ifOffline: "refuse" | "queue";
  expiresAtMs?: number;
}

/** The write half of the HTTP API, as the browser uses it. Every function throws AppError. */
export const commandApi = {
  setDesired: async (thing: string, request: DesiredRequest): Promise<CommandView> =>
    (await sendJson<{ command: CommandView }>("POST", thingUrl(thing, "desired"), request)).command,
  find: async (id: string): Promise<CommandView> => (await readJson<{ command: CommandView }>(commandUrl(id))).command,
  withdraw: async (id: string): Promise<CommandView> =>
    (await sendJson<{ command: CommandView }>("POST", commandUrl(id, "/withdraw"))).command,
  keepWaiting: async (id: string): Promise<CommandView> =>
    (await sendJson<{ command: CommandView }>("POST", commandUrl(id, "/keep-waiting"))).command,
  /** Commands to the thing that are still open, newest first. */
  listOpen: async (thing: string): Promise<CommandView[]> => {
    const query = new URLSearchParams({ thing, kind: "command", status: "pending,accepted,timed-out", limit: "20" });
    return (await readJson<{ rows: CommandView[] }>(`/api/audit?${query.toString()}`)).rows;
  },
  lock: async (thing: string, note: string): Promise<LockView | null> =>
    (await sendJson<{ lock: LockView | null }>("PUT", thingUrl(thing, "lock"), { note })).lock,
  unlock: (thing: string): Promise<unknown> => sendJson("DELETE", thingUrl(thing, "lock")),
  reviewRun: async (request: RunBody): Promise<RunReview> =>
    (await sendJson<{ review: RunReview }>("POST", "/api/runs", { ...request, review: true })).review,
  startRun: async (request: RunBody): Promise<RunView> => (await sendJson<{ run: RunView }>("POST", "/api/runs", request)).run,
  stopRun: async (id: string): Promise<RunView> => (await sendJson<{ run: RunView }>("POST", `/api/runs/${id}/stop`)).run,
  retryRun: async (id: string): Promise<RunView> => (await sendJson<{ run: RunView }>("POST", `/api/runs/${id}/retry`)).run,
};

/** What a bulk run is started with. */
export interface RunBody {
  runId: string;
  things: string[];
  patch: JsonObject;
  ifOffline: "refuse" | "queue";
  expiresAtMs?: number;
}
