import { AppError } from "./app-error.ts";
import { parseStrictJson, StrictJsonError } from "./strict-json.ts";

/** Bodies of this API are small; 64 KB leaves room for a bulk run over a thousand things. */
export const BODY_BYTES_MAX = 64 * 1024;

const WRITE_HEADER = "x-thingdeck";

/**
 * Lets a write pass only when it can come from a page of this origin: the header forces a preflight that this server never grants, and
 * Origin and Sec-Fetch-Site, where a browser sends them, must agree. Throws request/forbidden.
 */
export function requireSameOrigin(headers: Headers, appOrigin: string): void {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  const isSameOrigin = (origin === null || origin === appOrigin) && (site === null || site === "same-origin");
  if (!isSameOrigin || headers.get(WRITE_HEADER) !== "1") throw new AppError("request/forbidden");
}

/** Reads a JSON body of at most `limitBytes`; no body reads as `{}`. Throws request/forbidden (not JSON by its type), request/too-large, request/malformed. */
export async function readJsonBody(request: Request, limitBytes = BODY_BYTES_MAX): Promise<unknown> {
  const type = request.headers.get("content-type");
  if (announcedBytes(request) > limitBytes) throw new AppError("request/too-large");
  if (type !== null && !/^application\/json(?:\s*;\s*charset=utf-8)?$/i.test(type)) throw new AppError("request/forbidden");
  const text = await readText(request, limitBytes);
  if (text === "") return {};
  if (type === null) throw new AppError("request/forbidden");
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (error instanceof StrictJsonError) throw new AppError("request/malformed", { context: { reason: error.message } });
    throw error;
  }
}

/**
 * The body as text. One without a length is counted while it arrives, so that a lie about its size costs no memory.
 * Throws request/too-large, request/malformed (not UTF-8).
 */
export async function readText(request: Request, limitBytes: number): Promise<string> {
  if (announcedBytes(request) > limitBytes) throw new AppError("request/too-large");
  if (!request.body) return "";
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for (;;) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
    if (done || !value) break;
    sizeBytes += value.byteLength;
    if (sizeBytes > limitBytes) {
      await reader.cancel();
      throw new AppError("request/too-large");
    }
    chunks.push(value);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new AppError("request/malformed", { context: { reason: "not UTF-8" } });
  }
}

function announcedBytes(request: Request): number {
  return Number(request.headers.get("content-length") ?? 0);
}
