import { randomBytes } from "node:crypto";
import * as oidc from "openid-client";
import { redirect, setCookie, type Exchange } from "../http/exchange.ts";
import type { AuthorizeRequest } from "../oauth/authorize-request.ts";
import type { UserPools } from "../user-pools.ts";
import { findProvider } from "./find-provider.ts";
import { FEDERATION_MS, federationCookieName } from "./pending-federations.ts";

/** Sends the browser to the identity provider with code flow, PKCE, state and nonce of our own. */
export async function startFederation(
  pools: UserPools,
  { response }: Exchange,
  { request, providerName }: { request: AuthorizeRequest; providerName: string },
): Promise<void> {
  const provider = pools.directory.identityProvider(request.pool.poolId, providerName);
  const config =
    provider === undefined ? undefined : await findProvider(provider).catch((error: unknown) => logFailure(pools, providerName, error));
  if (provider === undefined || config === undefined) {
    redirect(response, `/error?error=idp_failed&${request.queryString}`);
    return;
  }
  const pending = {
    providerName,
    request,
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
    codeVerifier: oidc.randomPKCECodeVerifier(),
    browser: randomBytes(32).toString("base64url"),
  };
  pools.federations.open(pending);
  const isSecure = pools.domainOrigin.startsWith("https:");
  setCookie(response, federationCookieName(pending.state), pending.browser, { isSecure, maxAgeSeconds: FEDERATION_MS / 1000 });
  const prompts = [...request.prompts].filter((prompt) => prompt !== "none");
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: `${pools.domainOrigin}/oauth2/idpresponse`,
    response_type: "code",
    scope: provider.scopes,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pending.codeVerifier),
    code_challenge_method: "S256",
    ...(request.loginHint === undefined ? {} : { login_hint: request.loginHint }),
    ...(prompts.length === 0 ? {} : { prompt: prompts.join(" ") }),
  });
  redirect(response, url.href);
}

function logFailure({ context }: UserPools, providerName: string, error: unknown): undefined {
  context.log.warn({ err: error, providerName }, "identity provider cannot be reached");
}
