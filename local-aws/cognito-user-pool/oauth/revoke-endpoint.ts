import { readForm, type Exchange } from "../http/exchange.ts";
import type { UserPools } from "../user-pools.ts";
import { authenticateClient } from "./client-authentication.ts";
import { assertNoRepeats, OAuthError } from "./oauth-error.ts";

/** POST /oauth2/revoke (AWS.md A.4): refresh tokens only; an unknown one is answered like a revoked one. */
export async function handleRevoke(pools: UserPools, { request, response }: Exchange): Promise<void> {
  const form = await readForm(request);
  assertNoRepeats(form);
  const token = form.get("token");
  if (token === null || token === "") throw new OAuthError("invalid_request");
  const client = authenticate();
  if (!client.isRevocationOn) throw new OAuthError("invalid_request");
  // A JWT of ours in three parts is an ID or access token.
  if (/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new OAuthError("unsupported_token_type");
  const session = pools.sessions.findByRefreshToken(token, client.clientId);
  if (session !== undefined) pools.sessions.revoke(session.originJti);
  response.writeHead(200, { "content-length": 0, "cache-control": "no-store" }).end();

  function authenticate() {
    try {
      return authenticateClient(request, form, pools.directory);
    } catch (error) {
      throw error instanceof OAuthError && error.code === "invalid_client" ? new OAuthError("invalid_client", 401) : error;
    }
  }
}
