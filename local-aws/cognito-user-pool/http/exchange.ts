import type { IncomingMessage, ServerResponse } from "node:http";

/** One request to the issuer or the domain, with its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** A request no route can serve: too large, or not understood. */
export class BadRequest extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "BadRequest";
    this.status = status;
  }
}

/** Throws BadRequest for a request target that is no path. */
export function openExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const target = request.url ?? "";
  // Joined by hand: resolved as a URL, a target like //host/path would name another host.
  const url = target.startsWith("/") && URL.canParse(`http://localhost${target}`) ? new URL(`http://localhost${target}`) : undefined;
  if (url === undefined) throw new BadRequest(400, "request target is not a path");
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
  return { request, response, method, path: url.pathname, query: url.searchParams };
}

/** Reads the whole body. Throws BadRequest 413 above `limitBytes`. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const tooLarge = new BadRequest(413, "request body too large");
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // Leaving the loop early must not cut the connection: the refusal is still to be sent on it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const FORM_BYTES_MAX = 64 * 1024;

/** Reads an HTML or OAuth form. Throws BadRequest 415 for another content type. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") throw new BadRequest(415, "expected application/x-www-form-urlencoded");
  return new URLSearchParams((await readBody(request, FORM_BYTES_MAX)).toString("utf8"));
}

/** Value of a cookie; undefined when it is absent or sent more than once (which only a planted cookie causes). */
export function readCookie(request: IncomingMessage, name: string): string | undefined {
  const values = (request.headers.cookie ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? values[0] : undefined;
}

export interface CookieOptions {
  readonly isSecure: boolean;
  readonly maxAgeSeconds: number;
}

/** Adds a cookie no script can read. Lax, because the application sends the browser here by a cross-site navigation. */
export function setCookie(response: ServerResponse, name: string, value: string, { isSecure, maxAgeSeconds }: CookieOptions): void {
  const cookie = `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${isSecure ? "; Secure" : ""}`;
  const before = response.getHeader("set-cookie");
  response.setHeader("set-cookie", [...(Array.isArray(before) ? before : []), cookie]);
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json;charset=UTF-8", "content-length": Buffer.byteLength(text), ...headers });
  response.end(text);
}

export function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location, "cache-control": "no-store", "referrer-policy": "no-referrer", "content-length": 0 });
  response.end();
}

export type Handler = (exchange: Exchange) => Promise<void> | void;

/** Path -> method -> handler. */
export type Routes = Readonly<Record<string, Readonly<Record<string, Handler>>>>;

/** The handler of a request; answers 405 itself and returns undefined for a path that is not served. */
export function findHandler(routes: Routes, { path, method, response }: Exchange): Handler | undefined {
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (methods === undefined) return undefined;
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
  return handler ?? (() => void response.writeHead(405, { allow: Object.keys(methods).join(", "), "content-length": 0 }).end());
}
