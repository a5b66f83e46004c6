import { type NextRequest, NextResponse } from "next/server";
import { type Env, env, isProduction } from "./lib/platform/env.server.ts";
import { contentSecurityPolicy, workerContentPolicy } from "./lib/platform/security-headers.ts";
import { isLiveWorker } from "./lib/telemetry/live-start.ts";

const PATH_HEADER = "x-thingdeck-path";

/**
 * Gives pages and the worker their content policy, pages with a fresh nonce, and refuses what is not a read. It authorizes nothing: every page
 * and route does that itself. The API passes it by (its headers never vary): two hundred tabs that ask for keys should not wait for it.
 */
export function proxy(request: NextRequest): NextResponse {
  if (!["GET", "HEAD"].includes(request.method)) return forOtherMethod();
  const { pathname } = request.nextUrl;
  // What never varies is the same for every answer: boot.server.ts's.
  if (pathname.startsWith("/_next/static/")) return NextResponse.next();
  return isLiveWorker(pathname) ? forWorker(env()) : forPage(request, env());
}

/** Pages and files are only read; whatever writes is an address of the API. */
function forOtherMethod(): NextResponse {
  return new NextResponse(null, { status: 405, headers: { allow: "GET, HEAD", "cache-control": "no-store" } });
}

/** A worker is governed by the policy of its own script, so this one names the socket. */
function forWorker({ MQTT_URL }: Env): NextResponse {
  const response = NextResponse.next();
  response.headers.set("content-security-policy", workerContentPolicy(MQTT_URL));
  return response;
}

function forPage(request: NextRequest, settings: Env): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const policy = contentSecurityPolicy({
    nonce,
    mqttUrl: settings.MQTT_URL,
    formTargets: [settings.COGNITO_HOSTED_UI_URL ?? settings.COGNITO_ISSUER],
    isDevelopment: !isProduction(),
  });
  const requestHeaders = new Headers(request.headers);
  // Next reads the nonce of its own scripts from the policy on the request.
  requestHeaders.set("content-security-policy", policy);
  requestHeaders.set("x-nonce", nonce);
  requestHeaders.set(PATH_HEADER, `${request.nextUrl.pathname}${request.nextUrl.search}`);
  const response = NextResponse.next({ request: { headers: requestHeaders } });
  response.headers.set("content-security-policy", policy);
  response.headers.set("reporting-endpoints", 'csp="/api/csp-report"');
  // Signed-in pages must not come back from a cache after a sign-out (HAZARDS I08); no-store also keeps them out of the bfcache.
  response.headers.set("cache-control", "no-store");
  return response;
}

export const config = { matcher: ["/((?!api/).*)"] };
