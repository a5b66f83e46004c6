import "server-only";
import { decode } from "next-auth/jwt";
import {
  CALLBACK_URL_COOKIE,
  CSRF_COOKIE,
  NONCE_COOKIE,
  PKCE_COOKIE,
  readCookie,
  SESSION_COOKIE,
  STATE_COOKIE,
} from "../platform/cookies.ts";
import { env } from "../platform/env.server.ts";
import { hashSessionId } from "./session-id.ts";
import { safeReturnPath } from "./return-path.ts";
import { subkey } from "./sealing.ts";

const BODY_BYTES_MAX = 16 * 1024;
/** What an OAuth callback may carry; anything else would reach openid-client as a parameter (a JARM `response`, for one). */
const CALLBACK_PARAMETERS = ["code", "state", "error", "error_description", "iss"];
const PARAMETER_LENGTH_MAX = 4096;

/** The parts of a request that next-auth is shown: known cookies, known parameters, a return path inside this origin. */
export interface AuthRequest {
  method: string;
  segments: string[];
  query: Record<string, string>;
  body: Record<string, string>;
  cookies: Record<string, string>;
}

/** Reads a request for next-auth; whatever could be read two ways is left out, so nothing hostile reaches it. */
export async function readAuthRequest(request: Request, segments: string[]): Promise<AuthRequest> {
  const body = request.method === "POST" ? await readFields(request) : {};
  const parameters = new URL(request.url).searchParams;
  const appUrl = env().APP_URL;
  const query: Record<string, string> = {};
  const callbackUrl = body.callbackUrl ?? parameters.get("callbackUrl");
  const returnTo = callbackUrl === null ? undefined : `${appUrl}${safeReturnPath(callbackUrl, appUrl)}`;
  if (segments[0] === "callback") for (const name of CALLBACK_PARAMETERS) copyOnce(parameters, name, query);
  if (segments[0] === "signin") copyProvider(parameters.get("identity_provider"), query);
  if (returnTo !== undefined) query.callbackUrl = returnTo;
  return {
    method: request.method,
    segments,
    query,
    body: { ...body, ...(returnTo === undefined ? {} : { callbackUrl: returnTo }) },
    cookies: readKnownCookies(request.headers.get("cookie")),
  };
}

/** Every key may open the checks of a sign-in that began under it, so a key can rotate while somebody is signing in. */
export async function secretFor({ cookies }: AuthRequest): Promise<string> {
  const secrets = env().SESSION_KEYS.map((key) => subkey(key, "thingdeck sign-in checks").toString("base64url"));
  const token = cookies[STATE_COOKIE];
  if (token === undefined) return secrets[0] ?? "";
  for (const secret of secrets) {
    if (await decode({ token, secret, salt: STATE_COOKIE }).catch(() => null)) return secret;
  }
  return secrets[0] ?? "";
}

function readKnownCookies(header: string | null): Record<string, string> {
  const names = [CSRF_COOKIE, STATE_COOKIE, PKCE_COOKIE, NONCE_COOKIE, CALLBACK_URL_COOKIE, SESSION_COOKIE];
  const cookies: Record<string, string> = {};
  for (const name of names) {
    const value = decodeValue(readCookie(header, name));
    if (value !== undefined && value.length <= PARAMETER_LENGTH_MAX) cookies[name] = value;
  }
  const returnTo = cookies[CALLBACK_URL_COOKIE];
  if (returnTo !== undefined) cookies[CALLBACK_URL_COOKIE] = `${env().APP_URL}${safeReturnPath(returnTo, env().APP_URL)}`;
  const session = cookies[SESSION_COOKIE];
  if (session !== undefined && hashSessionId(session) === undefined) delete cookies[SESSION_COOKIE];
  return cookies;
}

function decodeValue(value: string | undefined): string | undefined {
  try {
    return value === undefined ? undefined : decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

function copyOnce(parameters: URLSearchParams, name: string, query: Record<string, string>): void {
  const values = parameters.getAll(name);
  if (values.length === 1 && values[0] && values[0].length <= PARAMETER_LENGTH_MAX) query[name] = values[0];
}

/** Only a provider that the settings name may be asked for; the rest of an authorize request is ours to write. */
function copyProvider(name: string | null, query: Record<string, string>): void {
  const isPoolItself = name === "COGNITO" && env().COGNITO_HOSTED_UI_URL !== undefined;
  const isKnown = isPoolItself || env().COGNITO_IDENTITY_PROVIDERS.some(({ id }) => id === name);
  if (name !== null && isKnown) query.identity_provider = name;
}

async function readFields(request: Request): Promise<Record<string, string>> {
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) return {};
  const text = (await request.text()).slice(0, BODY_BYTES_MAX);
  const isJson = request.headers.get("content-type")?.startsWith("application/json") ?? false;
  const entries = isJson ? jsonEntries(text) : [...new URLSearchParams(text)];
  return Object.fromEntries(entries.filter(([name]) => ["csrfToken", "callbackUrl", "json"].includes(name)));
}

function jsonEntries(text: string): [string, string][] {
  try {
    return Object.entries(JSON.parse(text) as Record<string, unknown>).flatMap(([name, value]) =>
      typeof value === "string" || typeof value === "boolean" ? [[name, String(value)]] : [],
    );
  } catch {
    return [];
  }
}
