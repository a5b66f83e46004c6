import "server-only";
import { JwtVerifier } from "aws-jwt-verify";
import {
  FetchError,
  JwkValidationError,
  JwksValidationError,
  JwtExpiredError,
  JwtNotBeforeError,
  WaitPeriodNotYetEndedJwkError,
} from "aws-jwt-verify/error";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import { z } from "zod";
import { AppError } from "../platform/app-error.ts";
import { boundedFetch } from "../platform/bounded-fetch.server.ts";
import type { OidcProvider, OidcSettings } from "./oidc-provider.server.ts";

/** How far our clock and the provider's may differ before a login is refused; the documented tolerance of HAZARDS A13/A14. */
export const CLOCK_TOLERANCE_MS = 10_000;

const JWKS_TIMEOUT_MS = 3_000;
const USER_POOL_ISSUER = /\/[\w-]+_[0-9a-zA-Z]+$/;
const GROUP_COUNT_MAX = 100;

const KEY_ERRORS = [FetchError, JwksValidationError, JwkValidationError, WaitPeriodNotYetEndedJwkError];

const claimsSchema = z.looseObject({
  sub: z.string().min(1).max(256),
  iss: z.string(),
  iat: z.number(),
  exp: z.number(),
  nbf: z.number().optional(),
  auth_time: z.number().optional(),
  token_use: z.string().optional(),
  azp: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]),
});

/** The claims of a verified ID token. */
export type IdTokenClaims = z.infer<typeof claimsSchema>;

export interface VerifyOptions {
  /**
   * `login` judges the token's instants by our clock. `refresh` does not: the token came from the token endpoint a moment ago, and a clock
   * that has jumped must not sign anybody out (HAZARDS H14).
   */
  purpose: "login" | "refresh";
}

/** Verifies an ID token; throws session/not-permitted (the token is not ours) or identity/unavailable (no key to judge it by). */
export type IdTokenVerifier = (idToken: string, options: VerifyOptions) => Promise<IdTokenClaims>;

/** Verifies RS256 tokens of the issuer for our client; unknown key ids refetch the JWKS at most once in ten seconds. */
export function createIdTokenVerifier(provider: OidcProvider, settings: OidcSettings, nowMs: () => number): IdTokenVerifier {
  const jwksCache = new SimpleJwksCache({ fetcher: { fetch: fetchJwks } });
  return async (idToken, { purpose }) => {
    const { jwks_uri: jwksUri, issuer } = await provider.metadata();
    const verifier = JwtVerifier.create({ issuer, audience: settings.clientId, jwksUri }, { jwksCache });
    const graceSeconds = purpose === "login" ? CLOCK_TOLERANCE_MS / 1000 : 366 * 86_400;
    const payload = await verifier.verify(idToken, { graceSeconds }).catch((cause: unknown) => {
      throw asAppError(cause);
    });
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) throw new AppError("session/not-permitted", { context: { reason: "claims missing" } });
    requireIdToken(claims.data, settings.issuer);
    requireOwn(claims.data, settings.clientId);
    if (purpose === "login") requirePast(claims.data, nowMs());
    return claims.data;
  };
}

/** The claims inside a token that has been verified before and kept sealed since. */
export function readVerifiedClaims(idToken: string): IdTokenClaims {
  const [, payload = ""] = idToken.split(".");
  return claimsSchema.parse(JSON.parse(Buffer.from(payload, "base64url").toString("utf8")));
}

/** The groups named by a claim; anything that is not a list of texts is no group at all. */
export function groupsOf(claims: IdTokenClaims, claimName: string): string[] {
  const groups = z.array(z.string().max(128)).max(GROUP_COUNT_MAX).safeParse(claims[claimName]);
  return groups.success ? groups.data : [];
}

/** A user pool signs access tokens too; `token_use` tells them apart (another OIDC provider has no such claim). */
function requireIdToken(claims: IdTokenClaims, issuer: string): void {
  const isExpected = claims.token_use === "id" || (claims.token_use === undefined && !USER_POOL_ISSUER.test(issuer));
  if (!isExpected) throw new AppError("session/not-permitted", { context: { reason: "not an ID token" } });
}

/** A token for several audiences names the one it was made for (OpenID Connect Core 3.1.3.7). */
function requireOwn({ aud, azp }: IdTokenClaims, clientId: string): void {
  const isShared = Array.isArray(aud) && aud.length > 1;
  if ((isShared || azp !== undefined) && azp !== clientId)
    throw new AppError("session/not-permitted", { context: { reason: "another party's token" } });
}

function requirePast(claims: IdTokenClaims, nowMs: number): void {
  const latest = Math.max(claims.iat, claims.nbf ?? 0, claims.auth_time ?? 0) * 1000;
  if (latest > nowMs + CLOCK_TOLERANCE_MS) throw new AppError("session/not-permitted", { context: { reason: "clock" } });
}

/** Errors about fetching keys say nothing about the token. */
function asAppError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  if (KEY_ERRORS.some((keyError) => cause instanceof keyError)) return new AppError("identity/unavailable", { cause });
  // A token that comes straight from the provider is neither old nor early: one of the two clocks is wrong.
  const isAboutTime = cause instanceof JwtExpiredError || cause instanceof JwtNotBeforeError;
  return new AppError("session/not-permitted", { cause, ...(isAboutTime ? { context: { reason: "clock" } } : {}) });
}

async function fetchJwks(uri: string): Promise<ArrayBuffer> {
  const { status, text } = await boundedFetch(uri, { timeoutMs: JWKS_TIMEOUT_MS }).catch((cause: unknown) => {
    throw new AppError("identity/unavailable", { cause, context: { step: "jwks" } });
  });
  if (status !== 200) throw new AppError("identity/unavailable", { context: { step: "jwks", status } });
  return new TextEncoder().encode(text).buffer;
}
