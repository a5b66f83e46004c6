import { takeFirstRead } from "@/lib/fleet/first-reads.client";
import { pageViewerHeaders } from "@/lib/session/page-viewer.client";
import { leavingSignal } from "@/lib/session/sign-in.client";
import { AppError, isAppErrorCode } from "@/lib/platform/app-error";

const SENTENCE_LENGTH_MAX = 300;

/** The server's error as it told it: its own sentence, where it has a better one than the code's, and how long to wait. */
function toError(body: unknown): AppError {
  const { code, message, retryAfterMs } = (body as { error?: Record<string, unknown> } | null)?.error ?? {};
  if (!isAppErrorCode(code)) return new AppError("service/unavailable");
  return new AppError(code, {
    ...(typeof message === "string" && { sentence: message.slice(0, SENTENCE_LENGTH_MAX) }),
    ...(typeof retryAfterMs === "number" && { retryAfterMs }),
  });
}

const ask = (url: string, init: RequestInit): Promise<Response> => fetch(url, { ...init, credentials: "same-origin", cache: "no-store" });

async function read<T>(answer: Promise<Response>): Promise<T> {
  const response = await answer.catch((cause: unknown) => {
    throw new AppError("service/unavailable", {
      cause,
      sentence: "The server cannot be reached. Check your network; the page tries again.",
    });
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok || body === null) throw toError(body);
  return body as T;
}

/**
 * Reads JSON from this site's own API. Throws AppError with the server's code; a network failure and an answer that is not ours
 * are service/unavailable, never "signed out".
 */
export const fetchJson = <T>(url: string): Promise<T> =>
  read<T>(takeFirstRead(url) ?? ask(url, { headers: { accept: "application/json", ...pageViewerHeaders() }, signal: leavingSignal() }));

/** Writes to this site's own API as it asks to be written to; throws as `fetchJson` does. */
export const sendJson = <T>(method: "POST" | "PUT" | "DELETE", url: string, body: unknown = {}): Promise<T> =>
  read<T>(
    ask(url, {
      method,
      headers: { accept: "application/json", "content-type": "application/json", "x-thingdeck": "1", ...pageViewerHeaders() },
      body: JSON.stringify(body),
    }),
  );

const RETRY_MS_MAX = 30_000;

/** How long to wait before asking again: doubling from a second to half a minute, for ever; null where asking again cannot help. */
export function retryDelayMs(error: unknown, retryCount: number): number | null {
  if (error instanceof AppError && !error.isRetryable) return null;
  const delayMs = Math.min(RETRY_MS_MAX, 1000 * 2 ** Math.min(retryCount, 5));
  const askedMs = error instanceof AppError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(askedMs, delayMs * (0.75 + Math.random() * 0.5));
}

/** The sentence to show for whatever was thrown. */
export const fetchErrorWords = (error: unknown): string =>
  error instanceof AppError ? error.sentence : new AppError("service/internal").sentence;
