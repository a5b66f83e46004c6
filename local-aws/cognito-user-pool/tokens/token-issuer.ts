import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import type { Clock } from "../../platform/clock.ts";
import type { Directory } from "../directory/directory.ts";
import type { ClientRecord, UserRecord } from "../directory/records.ts";
import { accessTokenClaims, idTokenClaims, type ClaimsInput, type SignInFacts } from "./claims.ts";
import type { SigningKeys, TokenUse } from "./signing-keys.ts";

export interface TokenPair {
  /** Absent when the sign-in lacks the `openid` scope. */
  readonly idToken?: string;
  readonly accessToken: string;
  /** Lifetime of the access token. */
  readonly expiresInSeconds: number;
}

export interface TokenRequest {
  readonly client: ClientRecord;
  readonly user: UserRecord;
  readonly facts: SignInFacts;
  readonly nonce?: string | undefined;
}

/** Lifetimes the control endpoint puts in place of the clients' own, in seconds. */
export interface LifetimeOverride {
  readonly idSeconds?: number | undefined;
  readonly accessSeconds?: number | undefined;
}

export interface TokenIssuer {
  issue(request: TokenRequest): Promise<TokenPair>;
  issuerOf(poolId: string): string;
  overrideLifetimes(override: LifetimeOverride): void;
}

export interface TokenIssuerInput {
  readonly directory: Directory;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly issuerOrigin: string;
}

/** Scopes of an API sign-in, which has no OAuth scopes, still yield an ID token. */
export const API_SCOPE = "aws.cognito.signin.user.admin";

export function createTokenIssuer({ directory, keys, clock, issuerOrigin }: TokenIssuerInput): TokenIssuer {
  let override: LifetimeOverride = {};
  const issuerOf = (poolId: string) => `${issuerOrigin}/${poolId}`;
  const sign = (poolId: string, use: TokenUse, claims: Record<string, unknown>) => {
    const { kid, privateKey } = keys.current(poolId, use);
    return new SignJWT(claims).setProtectedHeader({ kid, alg: "RS256" }).sign(privateKey);
  };
  return {
    issuerOf,
    overrideLifetimes: (next) => {
      override = next;
    },
    issue: async ({ client, user, facts, nonce }) => {
      const issuedAtSeconds = Math.floor(clock.nowMs() / 1000);
      const accessSeconds = override.accessSeconds ?? client.accessTokenLifetimeMs / 1000;
      const idSeconds = override.idSeconds ?? client.idTokenLifetimeMs / 1000;
      const groups = directory.groups(user.poolId).filter((group) => user.groups.includes(group.name));
      const claimsFor = (lifetimeSeconds: number): ClaimsInput => ({
        issuer: issuerOf(user.poolId),
        client,
        user,
        groups,
        facts,
        jti: randomUUID(),
        issuedAtSeconds,
        expiresAtSeconds: issuedAtSeconds + lifetimeSeconds,
      });
      const accessToken = await sign(user.poolId, "access", accessTokenClaims(claimsFor(accessSeconds)));
      const isApiSignIn = facts.scopes.length === 1 && facts.scopes[0] === API_SCOPE;
      if (!facts.scopes.includes("openid") && !isApiSignIn) return { accessToken, expiresInSeconds: accessSeconds };
      const idToken = await sign(user.poolId, "id", idTokenClaims(claimsFor(idSeconds), { nonce, accessToken }));
      return { accessToken, idToken, expiresInSeconds: accessSeconds };
    },
  };
}
