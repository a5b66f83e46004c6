import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { METHODS_KNOWN } from "./http-methods.ts";
import { env, EnvError, publishCanonicalUrl } from "./env.server.ts";
import { log } from "./log.ts";
import { CLOSED_CONTENT_POLICY, securityHeaders } from "./security-headers.ts";

/** sysexits' EX_CONFIG: tells a supervisor that a restart will not help. */
const EXIT_CODE_CONFIG = 78;
/** Docker and its kind kill ten seconds after they have asked a server to end. */
const DRAIN_MS_MAX = 8_000;
const EXIT_CODE_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;

/** Parses the settings and prepares the process; ends it with a sentence per wrong setting when they are not usable. */
export function boot(): void {
  try {
    log.level = env().LOG_LEVEL;
    publishCanonicalUrl();
    endInTime();
    subscribe("http.server.request.start", (message) => {
      const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
      refuseUnknownMethod(request);
      refuseBrokenAddress(request);
      completeHeaders(response);
    });
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    process.stderr.write(`${error.message}\nEach setting is explained in .env.example.\n`);
    process.exit(EXIT_CODE_CONFIG);
  }
}

let isEnding = false;

/**
 * Asked to end, Next takes no new connection and waits for those that are in use: for a request whose sender never sends the rest of it, and for
 * a browser that always has another one on the connection it has. Each ends with its answer from then on, and nothing is waited for too long.
 */
function endInTime(): void {
  for (const [signal, exitCode] of Object.entries(EXIT_CODE_BY_SIGNAL)) {
    process.once(signal, () => {
      isEnding = true;
      setTimeout(() => process.exit(exitCode), DRAIN_MS_MAX).unref();
    });
  }
}

/**
 * A fetch Request cannot hold TRACE, and Next answers 500 when it tries (any other unknown method gets a 400 without Allow). OPTIONS is refused
 * by every route with 405 and what it allows, so unknown methods take that way.
 */
function refuseUnknownMethod(request: IncomingMessage): void {
  if (!METHODS_KNOWN.has(request.method ?? "")) request.method = "OPTIONS";
}

/** A path that is no UTF-8 names nothing; Next answers 500 where it decodes a part of one. Another server's address it would redirect to. */
function refuseBrokenAddress(request: IncomingMessage): void {
  const [path = ""] = (request.url ?? "").split("?", 1);
  if (!path.startsWith("/") || !isDecodable(path)) request.url = "/%25";
}

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== "";
  } catch {
    return false;
  }
}

const EVERY_ANSWER = [...securityHeaders(), { key: "content-security-policy", value: CLOSED_CONTENT_POLICY }];

/** Every answer carries these, also what Next gives by itself before proxy.ts and the routes (the redirect of a slash too many, its own failures). */
function completeHeaders(response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => ServerResponse;
  response.writeHead = (...head: unknown[]) => {
    for (const { key, value } of EVERY_ANSWER) if (!response.hasHeader(key)) response.setHeader(key, value);
    if (isEnding) response.setHeader("connection", "close");
    return writeHead(...head);
  };
}
