import "server-only";
import type { NextApiRequest, NextApiResponse } from "next";
import NextAuth from "next-auth";
import { AppError } from "../platform/app-error.ts";
import { SESSION_COOKIE, SIGNED_OUT_COOKIE } from "../platform/cookies.ts";
import { env } from "../platform/env.server.ts";
import { reply, replyError } from "../platform/http.server.ts";
import { log } from "../platform/log.ts";
import { toAppError } from "../platform/to-app-error.ts";
import { type AuthAttempt, authOptions, currentAttempt, PROVIDER_ID } from "./auth-options.server.ts";
import { type AuthRequest, readAuthRequest, secretFor } from "./auth-request.server.ts";
import { hostedPageUrl, logoutUrl } from "./hosted-ui.server.ts";
import { sessionService } from "./session-service.server.ts";
import { classifySignInFailure } from "./sign-in-failure.ts";
import { currentViewer } from "./viewer.server.ts";

/** A person waits at most this long for an answer, whatever the provider does (HAZARDS A17). */
const DEADLINE_MS = 9_000;

const METHODS: Readonly<Record<string, readonly string[]>> = {
  signin: ["GET", "POST"],
  callback: ["GET"],
  signout: ["POST"],
  session: ["GET"],
  csrf: ["GET"],
  providers: ["GET"],
  error: ["GET"],
};

/** Answers /api/auth/*: next-auth behind a filter for what comes in and a table for what goes out. */
export async function handleAuth(request: Request, segments: string[]): Promise<Response> {
  const requestId = crypto.randomUUID();
  const response = await answer(request, segments, requestId).catch((error: unknown) => {
    log.error({ requestId, err: error }, "auth request failed");
    return replyError(toAppError(error), requestId);
  });
  response.headers.set("cache-control", "no-store");
  response.headers.set("x-request-id", requestId);
  return response;
}

async function answer(request: Request, segments: string[], requestId: string): Promise<Response> {
  const [action = "", providerId] = segments;
  const allowed = METHODS[action];
  if (!allowed || segments.length > 2) return replyError(new AppError("request/not-found"), requestId);
  if (!allowed.includes(request.method)) {
    const refusal = replyError(new AppError("request/method-not-allowed"), requestId);
    refusal.headers.set("allow", allowed.join(", "));
    return refusal;
  }
  if (request.method === "POST" && !isSameOrigin(request.headers)) return replyError(new AppError("request/forbidden"), requestId);
  if ((action === "callback" || (action === "signin" && request.method === "POST")) && providerId !== PROVIDER_ID) {
    return redirectTo("/sign-in");
  }
  if (action === "session") return await describeSession(request);
  return await runNextAuth(await readAuthRequest(request, segments), request, requestId);
}

async function runNextAuth(authRequest: AuthRequest, request: Request, requestId: string): Promise<Response> {
  const attempt: AuthAttempt = {
    userAgent: (request.headers.get("user-agent") ?? "").slice(0, 256),
    previousSessionId: authRequest.cookies[SESSION_COOKIE],
    isAbandoned: false,
    failure: undefined,
    claims: undefined,
  };
  const isAboutProvider = authRequest.segments[0] === "callback" || (authRequest.segments[0] === "signin" && request.method === "POST");
  try {
    const response = await withDeadline(attempt, async () => {
      const metadata = isAboutProvider ? await sessionService().provider.metadata() : undefined;
      const options = authOptions(attempt, metadata, await secretFor(authRequest));
      return await currentAttempt.run(attempt, () => callNextAuth(authRequest, options));
    });
    return await finish(response, { authRequest, attempt, request, requestId });
  } catch (error) {
    log.warn({ requestId, err: error }, "sign-in not completed");
    return sendBack(authRequest, `/sign-in?error=${classifySignInFailure(error)}`);
  }
}

interface Outcome {
  authRequest: AuthRequest;
  attempt: AuthAttempt;
  request: Request;
  requestId: string;
}

/** Replaces next-auth's error pages with ours, and leads a sign-out through the provider's own. */
async function finish(response: AuthResponse, { authRequest, attempt, request, requestId }: Outcome): Promise<Response> {
  const [action] = authRequest.segments;
  if (action === "signout") {
    if (attempt.failure !== undefined) return replyError(toAppError(attempt.failure), requestId);
    if (
      response.headers.get("location") === null ||
      new URL(response.headers.get("location") ?? "", env().APP_URL).searchParams.has("csrf")
    ) {
      return replyError(new AppError("request/forbidden"), requestId);
    }
    response.headers.set("location", await logoutUrl());
    response.headers.append("set-cookie", `${SIGNED_OUT_COOKIE}=1; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax`);
  }
  const location = response.headers.get("location");
  if (location === null) return new Response(response.body, { status: response.status, headers: response.headers });
  const target = new URL(location, env().APP_URL);
  if (target.origin === env().APP_URL && (target.searchParams.has("error") || target.searchParams.has("csrf"))) {
    const failure = target.searchParams.has("csrf") ? "interrupted" : classifySignInFailure(attempt.failure);
    log.warn({ requestId, failure, err: attempt.failure }, "sign-in not completed");
    response.headers.set("location", `/sign-in?error=${failure}`);
  } else if (action === "signin" && request.method === "POST") {
    response.headers.set("location", hostedPageUrl(location, new URL(request.url).searchParams.get("screen")));
  }
  return redirectOrJson(authRequest, response);
}

interface AuthResponse {
  status: number;
  headers: Headers;
  body: string | null;
}

/** next-auth's handler for Node-style routes, fed with plain values: the only public entry that lets us say what it sees. */
async function callNextAuth(authRequest: AuthRequest, options: ReturnType<typeof authOptions>): Promise<AuthResponse> {
  const { method, segments, query, body, cookies } = authRequest;
  const result: AuthResponse = { status: 200, headers: new Headers(), body: null };
  const node = {
    status: (status: number) => Object.assign(node, void (result.status = status)),
    getHeader: (name: string) => (name.toLowerCase() === "set-cookie" ? result.headers.getSetCookie() : result.headers.get(name)),
    setHeader: (name: string, value: string | string[]) => {
      result.headers.delete(name);
      for (const part of [value].flat()) result.headers.append(name, part);
      return node;
    },
    send: (sent: unknown) => (result.body = typeof sent === "string" ? sent : JSON.stringify(sent)),
    json: (sent: unknown) => (result.body = JSON.stringify(sent)),
    end: () => undefined,
  };
  const fields = Object.entries(body).filter(([name]) => name !== "json");
  const nodeRequest = { method, cookies, headers: {}, body: Object.fromEntries(fields), query: { ...query, nextauth: segments } };
  await (NextAuth(nodeRequest as unknown as NextApiRequest, node as unknown as NextApiResponse, options) as Promise<void>);
  return result;
}

/** Scripts ask with `json=true` and get the address as data; forms are redirected. */
function redirectOrJson(authRequest: AuthRequest, { headers }: AuthResponse): Response {
  const location = headers.get("location") ?? "/";
  if (authRequest.body.json !== "true") return new Response(null, { status: 302, headers });
  headers.delete("location");
  headers.set("content-type", "application/json");
  return new Response(JSON.stringify({ url: new URL(location, env().APP_URL).href }), { status: 200, headers });
}

function sendBack(authRequest: AuthRequest, path: string): Response {
  return redirectOrJson(authRequest, { status: 302, headers: new Headers({ location: path }), body: null });
}

function redirectTo(path: string): Response {
  return new Response(null, { status: 302, headers: { location: path } });
}

async function withDeadline<Value>(attempt: AuthAttempt, work: () => Promise<Value>): Promise<Value> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    attempt.isAbandoned = true;
    deadline.reject(new AppError("identity/unavailable", { context: { reason: "deadline" } }));
  }, DEADLINE_MS);
  try {
    return await Promise.race([work(), deadline.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function isSameOrigin(headers: Headers): boolean {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  return (origin === null || origin === env().APP_URL) && (site === null || site === "same-origin");
}

/** next-auth's own session view, read-only and without anything a token says: `{}` or name and e-mail. */
async function describeSession(request: Request): Promise<Response> {
  const viewer = await currentViewer(request.headers.get("cookie"), { isPassive: true }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "session/expired") return undefined;
    throw error;
  });
  return reply(viewer ? { user: { name: viewer.name, email: viewer.email }, expires: new Date(viewer.expiresAtMs).toISOString() } : {});
}
