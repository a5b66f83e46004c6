import "server-only";
import { AppError, toErrorBody } from "./app-error.ts";
import { connectionFailureOf } from "./connection-failure.ts";
import { readCookie, SESSION_COOKIE } from "./cookies.ts";
import { env } from "./env.server.ts";
import { log } from "./log.ts";
import { BODY_BYTES_MAX, readJsonBody, requireSameOrigin } from "./request-guards.ts";
import { toAppError } from "./to-app-error.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
const BODY_METHODS = new Set<string>(["POST", "PUT", "PATCH", "DELETE"]);

type Method = (typeof METHODS)[number];

/** One request after the wrapper's checks. */
export interface RouteCall {
  request: Request;
  /** The dynamic segments of the address, decoded. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** The parsed JSON body of a write (`{}` without one); still to be judged by a schema. */
  body: unknown;
  /** Stands in the log and in the answer's `x-request-id`. */
  requestId: string;
}

export type RouteHandler = (call: RouteCall) => Promise<Response>;

export interface RouteOptions {
  /** `session` (default) answers 401 at once without a session cookie; the handler still has to call requireViewer. */
  access?: "session" | "public";
  bodyBytesMax?: number;
}

/** Next hands a route without dynamic segments no parameters at all. */
interface RouteContext {
  params: Promise<Record<string, string | string[] | undefined> | undefined>;
}

type NextHandler = (request: Request, context: RouteContext) => Promise<Response>;
type AllMethods = Record<Method | "HEAD" | "OPTIONS", NextHandler>;

/**
 * Wraps the handlers of one address: any other method is 405 with `Allow`, writes must be same-origin JSON with `x-thingdeck: 1`,
 * bodies are bounded, every answer is `no-store` with a request id, and every error is mapped by the one table.
 * Use: `export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({ GET: async () => reply({...}) });`
 */
export function route(handlers: Partial<Record<Method, RouteHandler>>, options: RouteOptions = {}): AllMethods {
  const allow = METHODS.filter((method) => handlers[method]).join(", ");
  const refuse: NextHandler = (request) => {
    const requestId = crypto.randomUUID();
    const response = replyError(new AppError("request/method-not-allowed"), requestId);
    response.headers.set("allow", allow);
    return Promise.resolve(request.method === "HEAD" ? new Response(null, response) : response);
  };
  const wrapped = Object.fromEntries(
    METHODS.map((method) => {
      const handler = handlers[method];
      return [method, handler ? wrap(handler, options) : refuse];
    }),
  );
  return { ...wrapped, HEAD: refuse, OPTIONS: refuse } as AllMethods;
}

/** A JSON answer. */
export function reply(body: unknown, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  return Response.json(body, { status: init.status ?? 200, headers: init.headers ?? {} });
}

/** The answer for an error: its status, its public part, and `Retry-After` where a wait is known. */
export function replyError(error: AppError, requestId: string): Response {
  const response = Response.json(toErrorBody(error), { status: error.status });
  if (error.retryAfterMs !== undefined) response.headers.set("retry-after", String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))));
  return finish(response, requestId);
}

function wrap(handler: RouteHandler, options: RouteOptions): NextHandler {
  return async (request, context) => {
    const requestId = crypto.randomUUID();
    try {
      return finish(await handler(await admit(request, context, { ...options, requestId })), requestId);
    } catch (thrown) {
      const error = toAppError(thrown);
      logFailure(error, request, requestId);
      return replyError(error, requestId);
    }
  };
}

async function admit(request: Request, context: RouteContext, options: RouteOptions & { requestId: string }): Promise<RouteCall> {
  const isWrite = BODY_METHODS.has(request.method);
  if (options.access !== "public" && readCookie(request.headers.get("cookie"), SESSION_COOKIE) === undefined) {
    throw new AppError("session/expired");
  }
  if (isWrite) requireSameOrigin(request.headers, env().APP_URL);
  const params = Object.entries((await context.params) ?? {}).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join("/") : (value ?? ""),
  ]);
  return {
    request,
    params: Object.fromEntries(params) as Record<string, string>,
    query: new URL(request.url).searchParams,
    body: isWrite ? await readJsonBody(request, options.bodyBytesMax ?? BODY_BYTES_MAX) : {},
    requestId: options.requestId,
  };
}

function finish(response: Response, requestId: string): Response {
  response.headers.set("cache-control", "no-store");
  response.headers.set("x-request-id", requestId);
  return response;
}

function logFailure(error: AppError, request: Request, requestId: string): void {
  const { pathname } = new URL(request.url);
  const entry = { requestId, method: request.method, path: pathname, code: error.code, ...error.context };
  if (error.code === "service/internal") log.error({ ...entry, err: error.cause }, "request failed");
  else if (error.status >= 500)
    log.warn({ ...entry, reason: reasonOf(error.cause), failure: connectionFailureOf(error.cause) }, "request not served");
  else log.debug(entry, "request refused");
}

function reasonOf(cause: unknown): string | undefined {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : undefined;
}
