import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../../platform/clock.ts";
import type { Store } from "../../platform/store.ts";
import type { UserRecord } from "../directory/records.ts";

/** A browser that is signed in at the pool's domain. */
export interface SsoSession {
  readonly poolId: string;
  readonly sub: string;
  readonly authTimeMs: number;
  readonly expiresAtMs: number;
  /** The provider that signed the user in; absent for the pool's own password page. */
  readonly identityProvider?: string;
}

/** One hour, as on AWS; survives a global sign-out until /logout ("Managed login session"). */
export const SSO_SESSION_MS = 3_600_000;

export interface SsoSessions {
  /** Returns the cookie's value. */
  start(user: UserRecord, identityProvider: string | undefined): string;
  get(cookieValue: string | undefined, poolId: string): SsoSession | undefined;
  end(cookieValue: string | undefined): void;
}

export function createSsoSessions(store: Store, clock: Clock): SsoSessions {
  const table = store.table<SsoSession>("cognito-sso-sessions");
  const keyOf = (value: string) => createHash("sha256").update(value).digest("base64url");
  const nowMs = clock.nowMs();
  for (const [key, session] of table.entries()) if (session.expiresAtMs <= nowMs) table.delete(key);
  return {
    start: (user, identityProvider) => {
      const value = randomBytes(32).toString("base64url");
      const authTimeMs = clock.nowMs();
      const session = { poolId: user.poolId, sub: user.sub, authTimeMs, expiresAtMs: authTimeMs + SSO_SESSION_MS };
      table.put(keyOf(value), identityProvider === undefined ? session : { ...session, identityProvider });
      return value;
    },
    get: (cookieValue, poolId) => {
      if (cookieValue === undefined) return undefined;
      const session = table.get(keyOf(cookieValue));
      return session?.poolId === poolId && clock.nowMs() < session.expiresAtMs ? session : undefined;
    },
    end: (cookieValue) => {
      if (cookieValue !== undefined) table.delete(keyOf(cookieValue));
    },
  };
}
