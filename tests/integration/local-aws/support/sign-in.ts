import * as oidc from "openid-client";
import type { LocalAwsInfo } from "../../../../local-aws/info.ts";
import { createBrowser } from "../../cognito-user-pool/support/browser.ts";

export const APP_ORIGIN = "http://localhost:3000";
const CALLBACK = `${APP_ORIGIN}/api/auth/callback/cognito`;

/** Signs a seeded person in with openid-client at the hosted pages: code, PKCE, state and nonce. */
export async function signInAs(info: LocalAwsInfo, username: string) {
  const { issuer, clientId, clientSecret } = info.userPool;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the library marks plain http so that nobody forgets it; this is loopback
  const config = await oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, { execute: [oidc.allowInsecureRequests] });
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: "openid email profile",
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
  });
  const browser = createBrowser([APP_ORIGIN]);
  await browser.goto(url.href);
  const password = info.users.find((user) => user.username === username)?.password ?? "";
  const page = await browser.submit({ username, password }, "/login");
  const tokens = await oidc.authorizationCodeGrant(config, new URL(page.url), { pkceCodeVerifier, expectedState, expectedNonce });
  if (tokens.id_token === undefined) throw new Error("no ID token");
  return { idToken: tokens.id_token, accessToken: tokens.access_token };
}
