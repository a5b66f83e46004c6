import "server-only";
import { createHash } from "node:crypto";
import { AppError } from "../platform/app-error.ts";
import type { IdTokenClaims, IdTokenVerifier } from "./id-token.server.ts";
import type { OidcProvider } from "./oidc-provider.server.ts";

/** What a callback brought (`params`), what the browser's check cookies say (`checks`), and where the code was to go. */
export interface CallbackInput {
  params: { code?: string; state?: string; iss?: string; error?: string };
  checks: { state?: string; code_verifier?: string; nonce?: string };
  redirectUri: string;
}

export interface SignedIn {
  idToken: string;
  refreshToken: string | undefined;
  claims: IdTokenClaims;
}

/**
 * Finishes a sign-in as OpenID Connect Core 3.1.3 asks, with all three checks. It stands in for openid-client's own step, which next-auth
 * starts afresh for every sign-in and which would fetch the provider's keys each time (HAZARDS A16). Throws session/not-permitted,
 * identity/unavailable, or an Error whose text sign-in-failure.ts sorts.
 */
export async function finishSignIn(
  { params, checks, redirectUri }: CallbackInput,
  { provider, verify }: { provider: OidcProvider; verify: IdTokenVerifier },
): Promise<SignedIn> {
  const { issuer } = await provider.metadata();
  if (params.iss !== undefined && params.iss !== issuer) throw refused("the answer of another issuer");
  if (checks.state === undefined || params.state !== checks.state) throw new Error("state mismatch");
  if (params.error !== undefined) throw new Error(params.error);
  if (params.code === undefined || checks.code_verifier === undefined) throw new Error("code_verifier or code missing");
  const tokens = await provider.redeem({ code: params.code, codeVerifier: checks.code_verifier, redirectUri });
  const claims = await verify(tokens.idToken, { purpose: "login" });
  if (checks.nonce === undefined || claims.nonce !== checks.nonce) throw refused("nonce mismatch");
  if (claims.at_hash !== undefined && claims.at_hash !== halfHash(tokens)) throw refused("at_hash mismatch");
  return { idToken: tokens.idToken, refreshToken: tokens.refreshToken, claims };
}

/** Core 3.1.3.6: the left half of the access token's hash, by the hash of the signature's algorithm. */
function halfHash({ idToken, accessToken = "" }: { idToken: string; accessToken?: string | undefined }): string | undefined {
  const header = JSON.parse(Buffer.from(idToken.split(".")[0] ?? "", "base64url").toString("utf8")) as { alg?: unknown };
  const bits = /(256|384|512)$/.exec(String(header.alg))?.[1];
  if (bits === undefined) return undefined;
  const hash = createHash(`sha${bits}`).update(accessToken, "ascii").digest();
  return hash.subarray(0, hash.length / 2).toString("base64url");
}

function refused(reason: string): AppError {
  return new AppError("session/not-permitted", { context: { reason } });
}
