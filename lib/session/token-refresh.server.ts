import "server-only";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import type { IdTokenClaims, IdTokenVerifier } from "./id-token.server.ts";
import type { OidcProvider } from "./oidc-provider.server.ts";
import type { Sealer } from "./sealing.ts";
import type { SessionRow, SessionTokens } from "./session-row.ts";
import type { SessionStore } from "./session-store.server.ts";

/**
 * A lease that has not moved for this long belongs to a server that was killed. The holder beats three times as often, and a takeover comes
 * far within the 60 s that a rotated Cognito refresh token stays usable, so whoever takes over from a dead holder still can.
 */
const LEASE_MS = 4_000;
const BEAT_MS = 1_000;
/** The slowest refresh (discovery 3 s + token 5 s + JWKS 3 s) behind a dead holder's lease. */
const WAIT_MS_MAX = LEASE_MS + 11_000;
const POLL_MS = 60;
/** After a failure that says nothing about the session, the provider is left alone this long. */
const RETRY_PAUSE_MS = 3_000;

export interface RefreshParts {
  store: SessionStore;
  provider: OidcProvider;
  verify: IdTokenVerifier;
  sealer: Sealer;
  clock: Clock;
  /** Called once, by the one caller that found the session revoked and ended it. */
  onEnded: (row: SessionRow) => Promise<void>;
}

/** Refreshes the tokens of a session whose row still has this version; resolves to the row that holds newer ones. */
export type TokenRefresh = (row: SessionRow) => Promise<SessionRow>;

/**
 * One refresh per session at a time, over all tabs and all servers: a lease in the row decides who asks the provider, the others wait for the
 * row to move on; when the holder dies its lease runs out and the next one takes over. Throws session/expired, identity/unavailable.
 */
export function createTokenRefresh(parts: RefreshParts): TokenRefresh {
  const inFlight = new Map<string, Promise<SessionRow>>();
  const pausedUntilMs = new Map<string, number>();
  const run = async (row: SessionRow) => {
    if ((pausedUntilMs.get(row.hash) ?? 0) > performance.now())
      throw new AppError("identity/unavailable", { retryAfterMs: RETRY_PAUSE_MS });
    try {
      const refreshed = await refreshOrWait(parts, row);
      pausedUntilMs.delete(row.hash);
      return refreshed;
    } catch (error) {
      if (error instanceof AppError && error.code === "identity/unavailable")
        pausedUntilMs.set(row.hash, performance.now() + RETRY_PAUSE_MS);
      throw error;
    } finally {
      inFlight.delete(row.hash);
      if (pausedUntilMs.size > 1000) pausedUntilMs.clear();
    }
  };
  return (row) => {
    const running = inFlight.get(row.hash);
    if (running) return running;
    const started = run(row);
    inFlight.set(row.hash, started);
    return started;
  };
}

/** The tokens sealed in a row; throws session/expired when no key opens them any more. */
export function openTokens(row: SessionRow, sealer: Sealer): SessionTokens {
  const opened = row.sealed === undefined ? undefined : sealer.open(row.sealed, row.hash);
  if (opened === undefined) throw new AppError("session/expired", { context: { reason: "sealed with a key that is gone" } });
  return JSON.parse(opened) as SessionTokens;
}

async function refreshOrWait(parts: RefreshParts, start: SessionRow): Promise<SessionRow> {
  const owner = randomUUID();
  const deadlineMs = performance.now() + WAIT_MS_MAX;
  let watched: { lease: string | undefined; sinceMs: number } = { lease: undefined, sinceMs: 0 };
  for (let row = start; performance.now() < deadlineMs;) {
    if (row.lease !== watched.lease) watched = { lease: row.lease, sinceMs: performance.now() };
    const isFree = row.lease === undefined || performance.now() - watched.sinceMs > LEASE_MS;
    if (isFree && (await parts.store.takeLease(row, `${owner}#0`, row.lease))) return await refreshBeating(parts, row, owner);
    const current = await parts.store.read(start.hash);
    if (!current) throw new AppError("session/expired");
    if (current.version > start.version) return current;
    row = current;
    await delay(POLL_MS + Math.random() * POLL_MS);
  }
  throw new AppError("identity/unavailable", { context: { reason: "another server holds the refresh" } });
}

/** Refreshes while the lease keeps moving, so that the waiting can tell a slow provider from a dead holder. */
async function refreshBeating(parts: RefreshParts, row: SessionRow, owner: string): Promise<SessionRow> {
  let beatCount = 0;
  // A beat that fails is made up for by the next one; at worst somebody else takes over.
  const timer = setInterval(() => {
    parts.store.beatLease(row, owner, `${owner}#${(beatCount += 1)}`).catch(() => undefined);
  }, BEAT_MS);
  try {
    return await refreshWithLease(parts, row, owner);
  } finally {
    clearInterval(timer);
  }
}

async function refreshWithLease(parts: RefreshParts, row: SessionRow, owner: string): Promise<SessionRow> {
  const { store, sealer, clock } = parts;
  try {
    const tokens = openTokens(row, sealer);
    const { refreshed, claims } = await askProvider(parts, row, { tokens, owner });
    const refreshToken = refreshed.refreshToken ?? tokens.refreshToken;
    const change = {
      sealed: sealer.seal(JSON.stringify({ idToken: refreshed.idToken, refreshToken }), row.hash),
      tokenObtainedMs: clock.nowMs(),
      tokenLifetimeMs: (claims.exp - claims.iat) * 1000,
    };
    if (!(await store.storeTokens(row, owner, change))) return await readOrExpire(store, row.hash);
    return { ...row, ...change, version: row.version + 1 };
  } catch (error) {
    if (error instanceof AppError && error.code === "session/expired") {
      if (await store.end(row, row.version)) await parts.onEnded(row);
      return await readOrExpire(store, row.hash);
    }
    await store.releaseLease(row, owner).catch(() => undefined);
    throw error;
  }
}

async function askProvider(parts: RefreshParts, row: SessionRow, held: { tokens: SessionTokens; owner: string }) {
  const { tokens, owner } = held;
  if (tokens.refreshToken === undefined) throw new AppError("session/expired", { context: { reason: "no refresh token" } });
  const refreshed = await parts.provider.refresh(tokens.refreshToken);
  let claims: IdTokenClaims;
  try {
    claims = await parts.verify(refreshed.idToken, { purpose: "refresh" });
  } catch (cause) {
    // A rotated refresh token must survive even if no key can be fetched to judge the ID token that came with it.
    const sealed = parts.sealer.seal(JSON.stringify({ ...tokens, refreshToken: refreshed.refreshToken ?? tokens.refreshToken }), row.hash);
    await parts.store.storeTokens(row, owner, { ...row, sealed });
    throw new AppError("identity/unavailable", { cause, context: { reason: "the refreshed token does not verify" } });
  }
  if (claims.sub !== subjectOf(tokens.idToken)) throw new AppError("session/expired", { context: { reason: "another subject" } });
  return { refreshed, claims };
}

function subjectOf(idToken: string): unknown {
  const payload = JSON.parse(Buffer.from(idToken.split(".")[1] ?? "", "base64url").toString("utf8")) as { sub?: unknown };
  return payload.sub;
}

/** The row as another holder left it; throws session/expired when it is gone. */
async function readOrExpire(store: SessionStore, hash: string): Promise<SessionRow> {
  const current = await store.read(hash);
  if (!current) throw new AppError("session/expired");
  return current;
}
