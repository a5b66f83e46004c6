import * as oidc from "openid-client";
import { createBrowser } from "./browser.ts";
import { CALLBACK, PASSWORD, type World } from "./user-pool-world.ts";

export async function discover({
  issuer,
  clientId,
  clientSecret,
}: Pick<World, "issuer" | "clientId" | "clientSecret">): Promise<oidc.Configuration> {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the library marks plain http so that nobody forgets it; this is loopback
  const execute = [oidc.allowInsecureRequests];
  return oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, { execute });
}

export interface StartedSignIn {
  readonly url: string;
  finish(callback: string): ReturnType<typeof oidc.authorizationCodeGrant>;
}

/** What an application does before it sends the browser away; `extra` parameters win, an empty one is left out. */
export async function startSignIn(config: oidc.Configuration, extra: Record<string, string> = {}): Promise<StartedSignIn> {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = extra.nonce ?? oidc.randomNonce();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: "openid email profile",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
    ...extra,
  });
  return {
    url: url.href,
    finish: (callback) =>
      oidc.authorizationCodeGrant(config, new URL(callback), { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce }),
  };
}

/** A whole sign-in at the password page. */
export async function signIn(config: oidc.Configuration, { username = "ada", password = PASSWORD, browser = createBrowser() } = {}) {
  const { url, finish } = await startSignIn(config);
  await browser.goto(url);
  const page = await browser.submit({ username, password }, "/login");
  return { browser, callback: page.url, tokens: await finish(page.url) };
}
