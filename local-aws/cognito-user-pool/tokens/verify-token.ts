import type { KeyObject } from "node:crypto";
import { compactVerify } from "jose";
import { AwsError } from "../../platform/aws-error.ts";

/** A public key and the one kind of token it may vouch for. */
export interface VerificationKey {
  readonly kid: string;
  readonly use: "id" | "access";
  readonly publicKey: KeyObject;
}

export interface ExpectedToken {
  readonly keys: readonly VerificationKey[];
  readonly issuer: string;
  readonly tokenUse: "id" | "access";
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** Same bound as the `Logins` map of the identity pool. */
const TOKEN_CHARACTERS_MAX = 50_000;
/** How far ahead of ours the issuer's clock may run, in seconds. */
const FUTURE_SECONDS_MAX = 60;

/** Why a token was refused; callers word the refusal for their own API. */
export type TokenFault = "malformed" | "no-audience" | "issuer" | "signature" | "use" | "expired" | "not-yet-valid";

export class TokenRefused extends Error {
  readonly fault: TokenFault;
  readonly expiry: { readonly nowSeconds: number; readonly expSeconds: number } | undefined;

  constructor(fault: TokenFault, expiry?: { nowSeconds: number; expSeconds: number }) {
    super(`token refused: ${fault}`);
    this.name = "TokenRefused";
    this.fault = fault;
    this.expiry = expiry;
  }
}

/**
 * Verifies a user pool's own token: form, algorithm, key, signature, issuer, kind and times; the header's `jku`, `x5u`
 * and `jwk` are never looked at, and a `crit` header refuses.
 * Throws TokenRefused.
 */
export async function verifyToken(token: string, expected: ExpectedToken): Promise<Readonly<Record<string, unknown>>> {
  const { header, claims } = decode(token);
  if (expected.tokenUse === "id" && claims.aud === undefined) throw new TokenRefused("no-audience");
  if (claims.iss !== expected.issuer) throw new TokenRefused("issuer");
  if (header.alg !== "RS256" || header.crit !== undefined || typeof header.kid !== "string") throw new TokenRefused("signature");
  const key = expected.keys.find((candidate) => candidate.kid === header.kid && candidate.use === expected.tokenUse);
  if (key === undefined) throw new TokenRefused("signature");
  await compactVerify(token, key.publicKey, { algorithms: ["RS256"] }).catch(() => {
    throw new TokenRefused("signature");
  });
  checkClaims(claims, expected);
  return claims;
}

function checkClaims(claims: Record<string, unknown>, { tokenUse, nowMs }: ExpectedToken): void {
  if (claims.token_use !== tokenUse || typeof claims.sub !== "string" || claims.sub === "") throw new TokenRefused("use");
  if (tokenUse === "id" && typeof claims.aud !== "string") throw new TokenRefused("no-audience");
  const nowSeconds = Math.floor(nowMs / 1000);
  const { exp, iat, nbf } = claims;
  if (typeof exp !== "number" || typeof iat !== "number") throw new TokenRefused("malformed");
  if (nowSeconds >= exp) throw new TokenRefused("expired", { nowSeconds, expSeconds: exp });
  const earliest = Math.max(iat, typeof nbf === "number" ? nbf : iat);
  if (earliest > nowSeconds + FUTURE_SECONDS_MAX) throw new TokenRefused("not-yet-valid");
}

function decode(token: string): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const parts = token.split(".");
  const [header, payload] = parts;
  // base64url has spare bits at its end: only the canonical spelling counts, or one signature would have several.
  if (token.length > TOKEN_CHARACTERS_MAX || parts.length !== 3 || !parts.every(isCanonicalBase64Url)) {
    throw new TokenRefused("malformed");
  }
  return { header: parseObject(header), claims: parseObject(payload) };
}

function isCanonicalBase64Url(part: string): boolean {
  return part !== "" && Buffer.from(part, "base64url").toString("base64url") === part;
}

function parseObject(part = ""): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    throw new TokenRefused("malformed");
  }
  throw new TokenRefused("malformed");
}

/** The identity pool's words for a refused login (AWS.md B.2, quoted from public issues). */
export function toLoginError(refused: TokenRefused): AwsError {
  return new AwsError("NotAuthorizedException", `Invalid login token. ${LOGIN_TEXT[refused.fault](refused)}`);
}

const LOGIN_TEXT: Readonly<Record<TokenFault, (refused: TokenRefused) => string>> = {
  malformed: () => "Not a valid OpenId Connect identity token.",
  "no-audience": () => "Missing a required claim: aud",
  issuer: () => "Issuer doesn't match providerName",
  signature: () => "Couldn't verify signed token.",
  use: () => "Not a Cognito token.",
  expired: ({ expiry }) => `Token expired: ${expiry?.nowSeconds ?? 0} >= ${expiry?.expSeconds ?? 0}`,
  "not-yet-valid": () => "Token is not yet valid.",
};
