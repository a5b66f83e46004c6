import { createHash, timingSafeEqual } from "node:crypto";
import type { ClientRecord, UserRecord } from "../directory/records.ts";
import { readForm, sendJson, type Exchange } from "../http/exchange.ts";
import type { SignInSession } from "../tokens/sign-in-sessions.ts";
import type { TokenPair } from "../tokens/token-issuer.ts";
import type { UserPools } from "../user-pools.ts";
import { authenticateClient } from "./client-authentication.ts";
import { assertNoRepeats, OAuthError } from "./oauth-error.ts";

/** POST /oauth2/token (AWS.md A.3). */
export async function handleToken(pools: UserPools, { request, response }: Exchange): Promise<void> {
  const form = await readForm(request);
  assertNoRepeats(form);
  const grantType = form.get("grant_type");
  if (grantType === null) throw new OAuthError("invalid_request");
  const client = authenticateClient(request, form, pools.directory);
  const body = await answer(pools, grantType, client, form);
  sendJson(response, 200, body, { "cache-control": "no-store", pragma: "no-cache" });
}

function answer(pools: UserPools, grantType: string, client: ClientRecord, form: URLSearchParams): Promise<object> {
  switch (grantType) {
    case "authorization_code":
      return redeemCode(pools, client, form);
    case "refresh_token":
      return refresh(pools, client, form);
    case "client_credentials":
      // Needs a resource server, which the template cannot have here.
      throw new OAuthError("unauthorized_client");
    default:
      throw new OAuthError("unsupported_grant_type");
  }
}

async function redeemCode(pools: UserPools, client: ClientRecord, form: URLSearchParams): Promise<object> {
  const code = form.get("code");
  const redirectUri = form.get("redirect_uri");
  if (code === null || redirectUri === null) throw new OAuthError("invalid_request");
  if (!client.oauthFlows.includes("code")) throw new OAuthError("unauthorized_client");
  const grant = pools.authorizationCodes.take(code, client.clientId);
  if (grant?.redirectUri !== redirectUri) throw new OAuthError("invalid_grant");
  if (!isVerifierGood(form.get("code_verifier"), grant.codeChallenge)) throw new OAuthError("invalid_grant");
  const user = pools.directory.users.bySub(grant.poolId, grant.sub);
  if (user?.isEnabled !== true || user.signInEpoch !== grant.signInEpoch) throw new OAuthError("invalid_grant");
  const { session, refreshToken } = pools.sessions.start({ client, user, scopes: grant.scopes, authTimeMs: grant.authTimeMs });
  const tokens = await pools.tokens.issue({ client, user, facts: session, nonce: grant.nonce });
  return toBody(tokens, refreshToken);
}

/** A verifier where no challenge was sent is as wrong as none where one was (RFC 9700, 4.8.2). */
function isVerifierGood(verifier: string | null, challenge: string | undefined): boolean {
  if (challenge === undefined || verifier === null) return challenge === undefined && verifier === null;
  if (!/^[\w.~-]{43,128}$/.test(verifier)) return false;
  const actual = Buffer.from(createHash("sha256").update(verifier).digest("base64url"));
  const expected = Buffer.from(challenge);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

async function refresh(pools: UserPools, client: ClientRecord, form: URLSearchParams): Promise<object> {
  const refreshToken = form.get("refresh_token");
  if (refreshToken === null) throw new OAuthError("invalid_request");
  const session = pools.sessions.redeem(refreshToken, client);
  const user = typeof session === "string" ? undefined : liveUser(pools, session);
  if (typeof session === "string" || user === undefined) throw new OAuthError("invalid_grant");
  const successor = client.rotation === undefined ? undefined : pools.sessions.rotate(refreshToken, client);
  return toBody(await pools.tokens.issue({ client, user, facts: session }), successor);
}

/** The user of a sign-in, unless disabled, deleted or globally signed out since. */
export function liveUser(pools: UserPools, session: SignInSession): UserRecord | undefined {
  const user = pools.directory.users.bySub(session.poolId, session.sub);
  return user?.isEnabled === true && user.signInEpoch === session.signInEpoch && !session.isRevoked ? user : undefined;
}

function toBody(tokens: TokenPair, refreshToken: string | undefined): object {
  return {
    ...(tokens.idToken === undefined ? {} : { id_token: tokens.idToken }),
    access_token: tokens.accessToken,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    expires_in: tokens.expiresInSeconds,
    token_type: "Bearer",
  };
}
