import { createHash, randomUUID } from "node:crypto";
import type { Clock } from "../../platform/clock.ts";

/** What a code stands for until the application swaps it for tokens. */
export interface Grant {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly poolId: string;
  readonly sub: string;
  readonly signInEpoch: number;
  readonly scopes: readonly string[];
  readonly authTimeMs: number;
  readonly nonce?: string | undefined;
  /** S256 */
  readonly codeChallenge?: string | undefined;
}

/** Authorization codes: five minutes, one use, in memory (a restart only makes the user sign in again). */
export interface AuthorizationCodes {
  create(grant: Grant): string;
  /** Answers at most once per code, and never for another client, which leaves the code unspent. */
  take(code: string, clientId: string): Grant | undefined;
}

const LIFETIME_MS = 5 * 60_000;
const CODES_MAX = 10_000;

export function createAuthorizationCodes(clock: Clock): AuthorizationCodes {
  const grants = new Map<string, { grant: Grant; expiresAtMs: number }>();
  const hashOf = (code: string) => createHash("sha256").update(code).digest("base64url");
  return {
    create: (grant) => {
      const nowMs = clock.nowMs();
      for (const [key, entry] of grants) {
        if (entry.expiresAtMs > nowMs && grants.size < CODES_MAX) break;
        grants.delete(key);
      }
      const code = randomUUID();
      grants.set(hashOf(code), { grant, expiresAtMs: nowMs + LIFETIME_MS });
      return code;
    },
    take: (code, clientId) => {
      const key = hashOf(code);
      const entry = grants.get(key);
      if (entry?.grant.clientId !== clientId) return undefined;
      grants.delete(key);
      return clock.nowMs() < entry.expiresAtMs ? entry.grant : undefined;
    },
  };
}
