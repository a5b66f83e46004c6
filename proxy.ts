import { type NextRequest, NextResponse } from "next/server";
import { type Env, env, isProduction } from "./lib/platform/env.server.ts";
import { contentSecurityPolicy, securityHeaders, staticContentPolicy } from "./lib/platform/security-headers.ts";

const PATH_HEADER = "x-thingdeck-path";

/**
 * Gives pages and static files their headers, pages a CSP with a fresh nonce. It authorizes nothing: every page and route does that itself.
 * The API passes it by (its headers never vary and stand in next.config.ts): two hundred tabs that ask for keys should not wait for it.
 */
export function proxy(request: NextRequest): NextResponse {
  const settings = env();
  if (!["GET", "HEAD"].includes(request.method)) return forOtherMethod(settings);
  const response = request.nextUrl.pathname.startsWith("/_next/static/") ? forStaticFile(settings) : forPage(request, settings);
  for (const { key, value } of securityHeaders()) response.headers.set(key, value);
  return response;
}

/** Pages and files are only read; whatever writes is an address of the API. */
function forOtherMethod({ MQTT_URL }: Env): NextResponse {
  const response = new NextResponse(null, { status: 405, headers: { allow: "GET, HEAD", "cache-control": "no-store" } });
  response.headers.set("content-security-policy", staticContentPolicy(MQTT_URL));
  for (const { key, value } of securityHeaders()) response.headers.set(key, value);
  return response;
}

function forStaticFile({ MQTT_URL }: Env): NextResponse {
  const response = NextResponse.next();
  response.headers.set("content-security-policy", staticContentPolicy(MQTT_URL));
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
