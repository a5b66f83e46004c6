import { redirect, readCookie, type Exchange } from "../http/exchange.ts";
import { startFederation } from "../federation/start-federation.ts";
import { answerFault } from "../pages/hosted-page.ts";
import type { UserPools } from "../user-pools.ts";
import { isFault, parseAuthorizeRequest, withParameters, type AuthorizeRequest } from "./authorize-request.ts";
import { returnToApplication, ssoCookieName, type SignedIn } from "./complete-sign-in.ts";

/** GET /oauth2/authorize (AWS.md A.2). */
export async function handleAuthorize(pools: UserPools, exchange: Exchange): Promise<void> {
  const request = parseAuthorizeRequest(exchange.query, pools.directory);
  if (isFault(request)) {
    answerFault(exchange, request);
    return;
  }
  const signedIn = findSignedIn(pools, exchange, request);
  const isAskedAgain = ["login", "select_account", "consent"].some((prompt) => request.prompts.has(prompt));
  if (signedIn !== undefined && !isAskedAgain) {
    await returnToApplication(pools, exchange, request, signedIn);
  } else if (request.prompts.has("none")) {
    redirect(exchange.response, withParameters(request.redirectUri, { error: "login_required", state: request.state }));
  } else if (request.identityProvider !== undefined && request.identityProvider !== "COGNITO") {
    await startFederation(pools, exchange, { request, providerName: request.identityProvider });
  } else {
    redirect(exchange.response, `/login?${request.queryString}`);
  }
}

/** The person this browser is signed in as, if the session may serve this request. */
function findSignedIn(pools: UserPools, { request }: Exchange, { pool, identityProvider }: AuthorizeRequest): SignedIn | undefined {
  const session = pools.ssoSessions.get(readCookie(request, ssoCookieName(pool.poolId)), pool.poolId);
  const user = session === undefined ? undefined : pools.directory.users.bySub(pool.poolId, session.sub);
  if (session === undefined || user?.isEnabled !== true) return undefined;
  // A session from another provider is no answer to a request for this one.
  const sessionProvider = session.identityProvider ?? "COGNITO";
  if (identityProvider !== undefined && identityProvider !== sessionProvider) return undefined;
  return { user, authTimeMs: session.authTimeMs, nonce: session.identityProvider === undefined ? undefined : crypto.randomUUID() };
}
