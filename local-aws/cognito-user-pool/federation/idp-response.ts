import * as oidc from "openid-client";
import type { IdentityProviderRecord } from "../directory/records.ts";
import { readCookie, redirect, setCookie, type Exchange } from "../http/exchange.ts";
import { withParameters } from "../oauth/authorize-request.ts";
import { startSessionAndReturn } from "../oauth/complete-sign-in.ts";
import type { UserPools } from "../user-pools.ts";
import { federateUser } from "./federate-user.ts";
import { findProvider } from "./find-provider.ts";
import { federationCookieName, type PendingFederation } from "./pending-federations.ts";

/** GET /oauth2/idpresponse: the identity provider sends the browser back. */
export async function handleIdpResponse(pools: UserPools, exchange: Exchange): Promise<void> {
  const { query, request, response } = exchange;
  const state = query.get("state") ?? "";
  const cookieName = federationCookieName(state);
  const browser = /^[\w-]{16,128}$/.test(state) ? readCookie(request, cookieName) : undefined;
  const pending = browser === undefined ? undefined : pools.federations.take(state);
  // Another browser's answer would sign this one in as somebody else.
  if (pending === undefined || pending.browser !== browser) {
    redirect(response, "/error?error=invalid_request");
    return;
  }
  setCookie(response, cookieName, "", { isSecure: pools.domainOrigin.startsWith("https:"), maxAgeSeconds: 0 });
  const outcome = await signIn(pools, exchange, pending).catch((error: unknown) => {
    pools.context.log.warn({ err: error, providerName: pending.providerName }, "federated sign-in failed");
    return { fault: describe(error) };
  });
  if (outcome === undefined) return;
  const { redirectUri, state: appState } = pending.request;
  redirect(response, withParameters(redirectUri, { error: "invalid_request", error_description: outcome.fault, state: appState }));
}

async function signIn(pools: UserPools, exchange: Exchange, pending: PendingFederation): Promise<undefined> {
  const { request } = pending;
  const provider = pools.directory.identityProvider(request.pool.poolId, pending.providerName);
  if (provider === undefined) throw new Error("the identity provider is gone");
  const claims = await fetchClaims(pools, exchange, { provider, pending });
  const user = federateUser(pools, request.pool, { provider, claims });
  if (!user.isEnabled) throw new Error("User is disabled");
  // AWS puts a nonce of its own into the ID token of a federated sign-in whose application sent none.
  await startSessionAndReturn(pools, exchange, request, { user, nonce: pending.nonce, identityProvider: provider.name });
  return undefined;
}

async function fetchClaims(
  pools: UserPools,
  { query }: Exchange,
  { provider, pending }: { provider: IdentityProviderRecord; pending: PendingFederation },
): Promise<Record<string, unknown>> {
  const config = await findProvider(provider);
  const callback = new URL(`${pools.domainOrigin}/oauth2/idpresponse?${query.toString()}`);
  const tokens = await oidc.authorizationCodeGrant(config, callback, {
    pkceCodeVerifier: pending.codeVerifier,
    expectedState: pending.state,
    expectedNonce: pending.nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new Error("the provider sent no ID token");
  if (config.serverMetadata().userinfo_endpoint === undefined) return claims;
  return { ...claims, ...(await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)) };
}

/** Only the provider's own error code and words of the protocol reach the application, never a response body. */
function describe(error: unknown): string {
  if (error instanceof oidc.AuthorizationResponseError) return `${error.error} ${error.error_description ?? ""}`.trim().slice(0, 200);
  if (error instanceof Error && error.message === "User is disabled") return error.message;
  return "The identity provider did not complete the sign-in";
}
