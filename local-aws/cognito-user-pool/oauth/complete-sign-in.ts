import type { UserRecord } from "../directory/records.ts";
import { redirect, setCookie, type Exchange } from "../http/exchange.ts";
import type { UserPools } from "../user-pools.ts";
import { withParameters, type AuthorizeRequest } from "./authorize-request.ts";
import { SSO_SESSION_MS } from "./sso-sessions.ts";

/** Cookies do not know ports, so the pool's id (random per install) keeps two stand-ins apart. */
export function ssoCookieName(poolId: string): string {
  return `cognito-${poolId}`;
}

export interface SignedIn {
  readonly user: UserRecord;
  /** Epoch milliseconds. */
  readonly authTimeMs: number;
  /** What the ID token shall carry when the application sent no nonce (federated sign-in). */
  readonly nonce?: string | undefined;
}

/** Starts the domain's one-hour session and sends the browser back to the application. */
export async function startSessionAndReturn(
  pools: UserPools,
  exchange: Exchange,
  request: AuthorizeRequest,
  { user, nonce, identityProvider }: { user: UserRecord; nonce?: string | undefined; identityProvider?: string },
): Promise<void> {
  const cookie = pools.ssoSessions.start(user, identityProvider);
  const isSecure = pools.domainOrigin.startsWith("https:");
  setCookie(exchange.response, ssoCookieName(user.poolId), cookie, { isSecure, maxAgeSeconds: SSO_SESSION_MS / 1000 });
  await returnToApplication(pools, exchange, request, { user, nonce, authTimeMs: pools.context.clock.nowMs() });
}

/** Redirects with a fresh code, or with the tokens themselves in the implicit flow. */
export async function returnToApplication(
  pools: UserPools,
  exchange: Exchange,
  request: AuthorizeRequest,
  signedIn: SignedIn,
): Promise<void> {
  const location =
    request.responseType === "code" ? codeLocation(pools, request, signedIn) : await implicitLocation(pools, request, signedIn);
  redirect(exchange.response, location);
}

function codeLocation(pools: UserPools, request: AuthorizeRequest, { user, authTimeMs, nonce }: SignedIn): string {
  const code = pools.authorizationCodes.create({
    clientId: request.client.clientId,
    redirectUri: request.redirectUri,
    poolId: user.poolId,
    sub: user.sub,
    signInEpoch: user.signInEpoch,
    scopes: request.scopes,
    authTimeMs,
    nonce: request.nonce ?? nonce,
    codeChallenge: request.codeChallenge,
  });
  return withParameters(request.redirectUri, { code, state: request.state });
}

async function implicitLocation(pools: UserPools, request: AuthorizeRequest, { user, authTimeMs, nonce }: SignedIn): Promise<string> {
  const { client, scopes } = request;
  const { session } = pools.sessions.start({ client, user, scopes, authTimeMs });
  const tokens = await pools.tokens.issue({ client, user, facts: session, nonce: request.nonce ?? nonce });
  const fragment = new URLSearchParams({
    ...(tokens.idToken === undefined ? {} : { id_token: tokens.idToken }),
    access_token: tokens.accessToken,
    token_type: "Bearer",
    expires_in: String(tokens.expiresInSeconds),
    ...(request.state === undefined ? {} : { state: request.state }),
  });
  return `${request.redirectUri}#${fragment.toString()}`;
}
