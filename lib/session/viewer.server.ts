import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { AppError } from "../platform/app-error.ts";
import { readCookie, SESSION_COOKIE } from "../platform/cookies.ts";
import { env } from "../platform/env.server.ts";
import type { Site } from "../platform/site.ts";
import { toAppError } from "../platform/to-app-error.ts";
import { groupsOf, type IdTokenClaims } from "./id-token.server.ts";
import { HOME_PATH, safeReturnPath } from "./return-path.ts";
import { sessionService } from "./session-service.server.ts";
import type { OpenOptions, OpenSession } from "./sessions.server.ts";
import { type Role, VIEWER_HEADER, type ViewerSummary } from "./viewer.ts";

export type { Role, ViewerSummary } from "./viewer.ts";

/** Set by proxy.ts on every page request, so that a page knows the way back to itself. */
export const PATH_HEADER = "x-thingdeck-path";

/**
 * A write is made with groups this fresh: every change of a person's groups in the user pool takes effect at the first write that begins
 * a second later, at the price of one token refresh a second while somebody is writing.
 */
const FRESH_MS = 1_000;
/** AWS allows ten policies per identity: all sites, control, and eight sites (DESIGN.md 2.6). */
const SITES_MAX = 8;

/** The person behind the current request, proved by the session row and a verified ID token. */
export interface Viewer extends ViewerSummary {
  /** Names the session in logs, audit rows and lists; it is a hash, not the cookie's value. */
  sessionId: string;
  /** A verified, unexpired ID token; server only. Guests have none: throws session/not-permitted. */
  idToken(): Promise<string>;
  /** The same after a refresh, for when the cloud has refused the token; throws session/expired when the user pool says it is over. */
  renewIdToken(): Promise<string>;
  /** ID-token claims for the Access page, as verified; empty for a guest. */
  claims: Readonly<Record<string, unknown>>;
  /** When the session began, and when it ends if it is not used. */
  signedInAtMs: number;
  expiresAtMs: number;
  /** When the ID token was last renewed. */
  tokenObtainedAtMs: number;
  tokenExpiresAtMs: number;
  /** Records an MQTT client id, to be cut off when the session ends. */
  rememberClient(clientId: string): Promise<void>;
}

/** The viewer of the current request; throws session/expired, or session/unavailable when the session cannot be read. */
export async function requireViewer(): Promise<Viewer> {
  return await viewerOfRequest();
}

/** A page that was made for one person is never answered as another (HAZARDS I07): to it, its session has ended. */
async function viewerOfRequest(options?: OpenOptions): Promise<Viewer> {
  const requestHeaders = await headers();
  const viewer = await currentViewer(requestHeaders.get("cookie"), options);
  const madeFor = requestHeaders.get(VIEWER_HEADER);
  if (madeFor !== null && madeFor !== viewer.sub) throw new AppError("session/expired");
  return viewer;
}

/** Like requireViewer, for pages: sends the browser to /sign-in with the way back instead of throwing session/expired. */
export async function requireViewerOrSignIn(returnTo?: string): Promise<Viewer> {
  const requestHeaders = await headers();
  try {
    return await currentViewer(requestHeaders.get("cookie"));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "session/expired") throw error;
    const path = safeReturnPath(returnTo ?? requestHeaders.get(PATH_HEADER), env().APP_URL);
    const hadSession = readCookie(requestHeaders.get("cookie"), SESSION_COOKIE) !== undefined;
    const query = new URLSearchParams({ ...(path === HOME_PATH ? {} : { callbackUrl: path }), ...(hadSession ? { error: "ended" } : {}) });
    return redirect(query.size === 0 ? "/sign-in" : `/sign-in?${query.toString()}`);
  }
}

/**
 * The viewer with groups read from the user pool at most `ageMsMax` ms ago (a forced token refresh when the ID token is older), so that
 * an admin who lost the group cannot switch anything with an old token. Writes call this instead of requireViewer; it fails closed with
 * identity/unavailable when the user pool does not answer.
 */
export async function requireFreshViewer(ageMsMax: number = FRESH_MS): Promise<Viewer> {
  return await viewerOfRequest({ tokenAgeMsMax: ageMsMax });
}

/** The viewer behind a Cookie header; the two functions above are this one for the current request. */
export async function currentViewer(cookieHeader: string | null, options: OpenOptions = {}): Promise<Viewer> {
  const sessionId = readCookie(cookieHeader, SESSION_COOKIE);
  if (sessionId === undefined) throw new AppError("session/expired");
  try {
    return toViewer(await sessionService().sessions.open(sessionId, options));
  } catch (thrown) {
    throw toSessionError(thrown);
  }
}

/**
 * The viewer of a session that is named by `Viewer.sessionId`, for work that outlives its request; groups are fresh, and it does not count as
 * use of the session. Throws session/expired once the session is over, session/unavailable, identity/unavailable.
 */
export async function viewerOfSession(hash: string): Promise<Viewer> {
  try {
    return toViewer(await sessionService().sessions.openByHash(hash, { tokenAgeMsMax: FRESH_MS }));
  } catch (thrown) {
    throw toSessionError(thrown);
  }
}

function toSessionError(thrown: unknown): AppError {
  const error = toAppError(thrown);
  return error.code === "service/unavailable" ? new AppError("session/unavailable", { cause: thrown }) : error;
}

function toViewer({ row, tokens, claims }: OpenSession): Viewer {
  const { sessions } = sessionService();
  return {
    ...(claims ? summarize(claims) : guestSummary(row.sub)),
    sessionId: row.hash,
    idToken: () => (tokens ? Promise.resolve(tokens.idToken) : Promise.reject(new AppError("session/not-permitted"))),
    renewIdToken: async () => await (await viewerOfSession(row.hash)).idToken(),
    claims: claims ?? {},
    signedInAtMs: row.createdMs,
    expiresAtMs: sessions.endsAtMs(row),
    tokenObtainedAtMs: row.tokenObtainedMs,
    tokenExpiresAtMs: row.tokenObtainedMs + row.tokenLifetimeMs,
    rememberClient: (clientId) => sessions.rememberClient(row, clientId),
  };
}

function summarize(claims: IdTokenClaims): ViewerSummary {
  const groups = groupsOf(claims, env().OIDC_GROUPS_CLAIM);
  const username = text(claims["cognito:username"]) ?? text(claims.preferred_username) ?? claims.sub;
  const email = text(claims.email) ?? "";
  const role: Role = groups.includes("admins") ? "admin" : "operator";
  return { sub: claims.sub, username, name: text(claims.name) ?? (email || username), email, groups, sites: sitesOf(groups), role };
}

/** Only groups of the signed token count; the settings say which sites exist. */
function sitesOf(groups: readonly string[]): Site[] {
  const { SITES } = env();
  return groups.includes("all-sites") ? SITES : SITES.filter(({ id }) => groups.includes(`site-${id}`)).slice(0, SITES_MAX);
}

/** Guests exist only while the setting names their site; without it a guest's session is over. */
function guestSummary(sub: string): ViewerSummary {
  const { SITES, GUEST_SITE } = env();
  const sites = SITES.filter(({ id }) => id === GUEST_SITE);
  if (sites.length === 0) throw new AppError("session/expired");
  return { sub, username: "guest", name: "Guest", email: "", groups: [], sites, role: "guest" };
}

function text(claim: unknown): string | undefined {
  return typeof claim === "string" && claim.trim() !== "" ? claim.slice(0, 256) : undefined;
}
