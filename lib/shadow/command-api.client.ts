import "client-only";
import type { JsonObject } from "../fleet/thing.ts";
import { AppError, isAppErrorCode } from "../platform/app-error.ts";
import { pageViewerHeaders } from "../session/page-viewer.client.ts";
import type { CommandView } from "./command-view.ts";
import type { LockView } from "./lock-view.ts";
import type { RunReview } from "./run-review.ts";
import type { RunView } from "./run-view.ts";

interface ErrorShape {
  error?: { code?: unknown; message?: unknown; retryAfterMs?: number; details?: Record<string, unknown> };
}

function toAppError(body: unknown): AppError {
  const { code, message, retryAfterMs, details } = (body as ErrorShape | null)?.error ?? {};
  if (!isAppErrorCode(code)) return new AppError("service/unavailable");
  return new AppError(code, {
    ...(typeof message === "string" && { sentence: message }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(details && { details }),
  });
}

/** Asks this site's own API for a change. Throws AppError with the server's code, sentence and details; no answer is service/unavailable. */
async function send<T>(method: "GET" | "POST" | "PUT" | "DELETE", url: string, body?: unknown): Promise<T> {
  const isWrite = method !== "GET";
  const response = await fetch(url, {
    method,
    cache: "no-store",
    credentials: "same-origin",
    headers: {
      accept: "application/json",
      ...pageViewerHeaders(),
      ...(isWrite && { "x-thingdeck": "1", "content-type": "application/json" }),
    },
    ...(isWrite && { body: JSON.stringify(body ?? {}) }),
  }).catch((cause: unknown) => {
    throw new AppError("service/unavailable", { cause, sentence: "The server could not be reached." });
  });
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok || answer === null) throw toAppError(answer);
  return answer as T;
}

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
    (await send<{ command: CommandView }>("POST", thingUrl(thing, "desired"), request)).command,
  find: async (id: string): Promise<CommandView> => (await send<{ command: CommandView }>("GET", commandUrl(id))).command,
  withdraw: async (id: string): Promise<CommandView> => (await send<{ command: CommandView }>("POST", commandUrl(id, "/withdraw"))).command,
  keepWaiting: async (id: string): Promise<CommandView> =>
    (await send<{ command: CommandView }>("POST", commandUrl(id, "/keep-waiting"))).command,
  /** Commands to the thing that are still open, newest first. */
  listOpen: async (thing: string): Promise<CommandView[]> => {
    const query = new URLSearchParams({ thing, kind: "command", status: "pending,accepted,timed-out", limit: "20" });
    return (await send<{ rows: CommandView[] }>("GET", `/api/audit?${query.toString()}`)).rows;
  },
  lock: async (thing: string, note: string): Promise<LockView | null> =>
    (await send<{ lock: LockView | null }>("PUT", thingUrl(thing, "lock"), { note })).lock,
  unlock: (thing: string): Promise<unknown> => send("DELETE", thingUrl(thing, "lock")),
  reviewRun: async (request: RunBody): Promise<RunReview> =>
    (await send<{ review: RunReview }>("POST", "/api/runs", { ...request, review: true })).review,
  startRun: async (request: RunBody): Promise<RunView> => (await send<{ run: RunView }>("POST", "/api/runs", request)).run,
  stopRun: async (id: string): Promise<RunView> => (await send<{ run: RunView }>("POST", `/api/runs/${id}/stop`)).run,
  retryRun: async (id: string): Promise<RunView> => (await send<{ run: RunView }>("POST", `/api/runs/${id}/retry`)).run,
};

/** What a bulk run is started with. */
export interface RunBody {
  runId: string;
  things: string[];
  patch: JsonObject;
  ifOffline: "refuse" | "queue";
  expiresAtMs?: number;
}
