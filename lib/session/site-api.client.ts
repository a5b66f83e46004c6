import "client-only";
import { AppError, isAppErrorCode } from "../platform/app-error.ts";
import { pageViewerHeaders } from "./page-viewer.client.ts";
import { leavingSignal } from "./sign-in.client.ts";

const SENTENCE_LENGTH_MAX = 300;
/** What was read longer ago is no first read any more. */
const FRESH_MS = 10_000;
const RETRY_MS_MAX = 30_000;

interface Asked extends Pick<RequestInit, "method" | "body" | "signal"> {
  headers?: Record<string, string>;
}

/** Asks this site's own API for JSON on behalf of the page's viewer; the only place a page's requests are made. */
export function askSite(url: string, { headers, ...init }: Asked): Promise<Response> {
  return fetch(url, {
    credentials: "same-origin",
    cache: "no-store",
    ...init,
    headers: { accept: "application/json", ...headers, ...pageViewerHeaders() },
  });
}

const begun = new Map<string, { answer: Promise<Response>; atMs: number }>();

/** Begins a read that a page is about to make; `readJson` of the same address takes its answer. */
export function beginRead(url: string): Promise<Response> {
  const answer = askSite(url, { signal: leavingSignal() });
  answer.catch(() => undefined);
  begun.set(url, { answer, atMs: performance.now() });
  return answer;
}

/** The answer to a read that was begun a moment ago; each is handed out once. */
function takeBegun(url: string): Promise<Response> | undefined {
  const read = begun.get(url);
  begun.delete(url);
  return read && performance.now() - read.atMs < FRESH_MS ? read.answer : undefined;
}

/** The server's error as it told it: its own sentence, where it has a better one than the code's, how long to wait, what helps to decide. */
function toError(body: unknown): AppError {
  const { code, message, retryAfterMs, details } = (body as { error?: Record<string, unknown> } | null)?.error ?? {};
  if (!isAppErrorCode(code)) return new AppError("service/unavailable");
  return new AppError(code, {
    ...(typeof message === "string" && { sentence: message.slice(0, SENTENCE_LENGTH_MAX) }),
    ...(typeof retryAfterMs === "number" && { retryAfterMs }),
    ...(typeof details === "object" && details !== null && { details: details as Record<string, unknown> }),
  });
}

async function take<T>(answer: Promise<Response>, silence: string): Promise<T> {
  const response = await answer.catch((cause: unknown) => {
    throw new AppError("service/unavailable", { cause, sentence: silence });
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok || body === null) throw toError(body);
  return body as T;
}

/**
 * Reads JSON from this site's own API. Throws AppError with the server's code; a network failure and an answer that is not ours
 * are service/unavailable, never "signed out".
 */
export const readJson = <T>(url: string, signal: AbortSignal = leavingSignal()): Promise<T> =>
  take<T>(takeBegun(url) ?? askSite(url, { signal }), "The server cannot be reached. Check your network; the page tries again.");

/** Writes to this site's own API as it asks to be written to; throws as `readJson` does. */
export const sendJson = <T>(method: "POST" | "PUT" | "DELETE", url: string, body: unknown = {}): Promise<T> =>
  take<T>(
    askSite(url, { method, headers: { "content-type": "application/json", "x-thingdeck": "1" }, body: JSON.stringify(body) }),
    "The server cannot be reached, so nothing is known to have changed. Check your network, then try again.",
  );

/** How long to wait before asking again: doubling from a second to half a minute, for ever; null where asking again cannot help. */
export function retryDelayMs(error: unknown, retryCount: number): number | null {
  if (error instanceof AppError && !error.isRetryable) return null;
  const delayMs = Math.min(RETRY_MS_MAX, 1000 * 2 ** Math.min(retryCount, 5));
  const askedMs = error instanceof AppError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(askedMs, delayMs * (0.75 + Math.random() * 0.5));
}

/** The sentence to show for whatever was thrown. */
export const errorWords = (error: unknown): string =>
  error instanceof AppError ? error.sentence : new AppError("service/internal").sentence;
