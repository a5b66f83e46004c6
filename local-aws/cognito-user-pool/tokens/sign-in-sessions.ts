import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "../../platform/clock.ts";
import type { Store } from "../../platform/store.ts";
import type { ClientRecord, UserRecord } from "../directory/records.ts";
import type { SignInFacts } from "./claims.ts";

/** One sign-in and everything later refreshed from it, known to tokens as `origin_jti`. */
export interface SignInSession extends SignInFacts {
  readonly poolId: string;
  readonly clientId: string;
  readonly sub: string;
  readonly signInEpoch: number;
  readonly isRevoked: boolean;
  /** When the last of its tokens ends, epoch milliseconds. */
  readonly expiresAtMs: number;
}

interface RefreshTokenRecord {
  readonly originJti: string;
  readonly expiresAtMs: number;
  /** Set once a rotated successor exists: good for retries until then. */
  readonly retiredAtMs?: number;
}

export interface NewSession {
  readonly client: ClientRecord;
  readonly user: UserRecord;
  readonly scopes: readonly string[];
  /** Epoch milliseconds of the sign-in. */
  readonly authTimeMs: number;
}

/** `revoked` also covers a global sign-out; `unknown` covers another client's token. */
export type RefreshFault = "unknown" | "expired" | "revoked";

/** Sign-ins and their refresh tokens; only hashes of the tokens are kept. */
export interface SignInSessions {
  start(input: NewSession): { session: SignInSession; refreshToken: string };
  get(originJti: string): SignInSession | undefined;
  /** Marks the whole sign-in as over; idempotent. */
  revoke(originJti: string): void;
  findByRefreshToken(refreshToken: string, clientId: string): SignInSession | undefined;
  /** The live sign-in behind a refresh token, or why there is none. */
  redeem(refreshToken: string, client: ClientRecord): SignInSession | RefreshFault;
  /** Replaces a refresh token by a successor with the rest of its lifetime (refresh token rotation). */
  rotate(refreshToken: string, client: ClientRecord): string;
}

const hashOf = (token: string) => createHash("sha256").update(token).digest("base64url");
const newRefreshToken = () => randomBytes(96).toString("base64url");

export function createSignInSessions(store: Store, clock: Clock): SignInSessions {
  const sessions = store.table<SignInSession>("cognito-sign-ins");
  const tokens = store.table<RefreshTokenRecord>("cognito-refresh-tokens");
  dropExpired(store, clock);

  const issue = (originJti: string, expiresAtMs: number) => {
    const token = newRefreshToken();
    tokens.put(hashOf(token), { originJti, expiresAtMs });
    return token;
  };
  const revoke = (originJti: string) => {
    const session = sessions.get(originJti);
    if (session !== undefined) sessions.put(originJti, { ...session, isRevoked: true });
  };
  const lookUp = (refreshToken: string, clientId: string) => {
    const token = tokens.get(hashOf(refreshToken));
    const session = token === undefined ? undefined : sessions.get(token.originJti);
    return token === undefined || session?.clientId !== clientId ? undefined : { token, session };
  };
  return {
    start: (input) =>
      store.transaction(() => {
        const session = newSession(input, clock.nowMs());
        sessions.put(session.originJti, session);
        return { session, refreshToken: issue(session.originJti, clock.nowMs() + input.client.refreshTokenLifetimeMs) };
      }),
    get: (originJti) => sessions.get(originJti),
    revoke,
    findByRefreshToken: (refreshToken, clientId) => lookUp(refreshToken, clientId)?.session,
    redeem: (refreshToken, client) => {
      const found = lookUp(refreshToken, client.clientId);
      if (found === undefined) return "unknown";
      if (found.session.isRevoked) return "revoked";
      const nowMs = clock.nowMs();
      if (nowMs >= found.token.expiresAtMs) return "expired";
      const { retiredAtMs } = found.token;
      if (retiredAtMs === undefined || nowMs < retiredAtMs + (client.rotation?.graceMs ?? 0)) return found.session;
      // A token replaced long ago comes back: either its holder or its thief is not who they seem (RFC 9700, 4.14.2).
      revoke(found.session.originJti);
      return "revoked";
    },
    rotate: (refreshToken, client) =>
      store.transaction(() => {
        const found = lookUp(refreshToken, client.clientId);
        if (found === undefined) throw new Error("only a redeemed refresh token can be rotated");
        const { token } = found;
        if (token.retiredAtMs === undefined) tokens.put(hashOf(refreshToken), { ...token, retiredAtMs: clock.nowMs() });
        return issue(token.originJti, token.expiresAtMs);
      }),
  };
}

function newSession({ client, user, scopes, authTimeMs }: NewSession, nowMs: number): SignInSession {
  // The record outlives every token that names it.
  const lifetimeMs = Math.max(client.refreshTokenLifetimeMs, client.idTokenLifetimeMs, client.accessTokenLifetimeMs);
  return {
    originJti: randomUUID(),
    eventId: randomUUID(),
    authTimeSeconds: Math.floor(authTimeMs / 1000),
    scopes,
    poolId: client.poolId,
    clientId: client.clientId,
    sub: user.sub,
    signInEpoch: user.signInEpoch,
    isRevoked: false,
    expiresAtMs: nowMs + lifetimeMs,
  };
}

function dropExpired(store: Store, clock: Clock): void {
  const nowMs = clock.nowMs();
  store.transaction(() => {
    for (const name of ["cognito-sign-ins", "cognito-refresh-tokens"]) {
      const table = store.table<{ expiresAtMs: number }>(name);
      for (const [key, row] of table.entries()) if (row.expiresAtMs <= nowMs) table.delete(key);
    }
  });
}
