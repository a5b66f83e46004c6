import { AwsError } from "../../platform/aws-error.ts";
import { sendJson, type Exchange } from "../http/exchange.ts";
import { attributeClaims, readableAttributes } from "../tokens/claims.ts";
import { resolveAccessToken, type TokenHolder } from "../tokens/resolve-access-token.ts";
import type { UserPools } from "../user-pools.ts";

/** GET /oauth2/userInfo (AWS.md A.4). */
export async function handleUserInfo(pools: UserPools, { request, response }: Exchange): Promise<void> {
  const [, token] = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (token === undefined) {
    refuse(400, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint");
    return;
  }
  const holder = await resolveAccessToken(pools, token).catch((error: unknown) => {
    if (error instanceof AwsError) return undefined;
    throw error;
  });
  // A token of the API has no OAuth scopes, and none of its business here.
  if (holder?.scopes.includes("openid") === true) sendJson(response, 200, toClaims(holder), { "cache-control": "no-store" });
  else refuse(401, "invalid_token", "Access token is expired, disabled, or deleted, or the user has globally signed out.");

  function refuse(status: number, error: string, description: string) {
    const challenge = `error="${error}", error_description="${description}"`;
    sendJson(response, status, { error, error_description: description }, { "www-authenticate": challenge });
  }
}

/** This endpoint sends the verified flags as strings, unlike the ID token. */
function toClaims({ user, client, scopes }: TokenHolder): Record<string, unknown> {
  const attributes = Object.entries(attributeClaims(user, readableAttributes(client, scopes)));
  const asSent = attributes.map(([name, value]): [string, unknown] => [name, typeof value === "boolean" ? String(value) : value]);
  return { sub: user.sub, ...Object.fromEntries(asSent), username: user.username };
}
