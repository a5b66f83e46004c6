import { sendJson, type Exchange } from "../http/exchange.ts";
import { attributeClaims, readableAttributes } from "../tokens/claims.ts";
import { TokenRefused, verifyToken } from "../tokens/verify-token.ts";
import type { UserPools } from "../user-pools.ts";
import { liveUser } from "./token-endpoint.ts";

/** GET /oauth2/userInfo (AWS.md A.4). */
export async function handleUserInfo(pools: UserPools, { request, response }: Exchange): Promise<void> {
  const [, token] = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (token === undefined) {
    refuse(400, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint");
    return;
  }
  const claims = await findClaims(pools, token);
  if (claims === undefined) {
    refuse(401, "invalid_token", "Access token is expired, disabled, or deleted, or the user has globally signed out.");
    return;
  }
  sendJson(response, 200, claims, { "cache-control": "no-store" });

  function refuse(status: number, error: string, description: string) {
    const challenge = `error="${error}", error_description="${description}"`;
    sendJson(response, status, { error, error_description: description }, { "www-authenticate": challenge });
  }
}

async function findClaims(pools: UserPools, token: string): Promise<Record<string, unknown> | undefined> {
  const poolId = poolOf(token);
  if (poolId === undefined || pools.directory.pool(poolId) === undefined) return undefined;
  const verified = await verifyToken(token, {
    keys: pools.keys.verificationKeys(poolId),
    issuer: pools.tokens.issuerOf(poolId),
    tokenUse: "access",
    nowMs: pools.context.clock.nowMs(),
  }).catch((error: unknown) => {
    if (error instanceof TokenRefused) return undefined;
    throw error;
  });
  const scopes = String(verified?.scope).split(" ");
  const session = typeof verified?.origin_jti === "string" ? pools.sessions.get(verified.origin_jti) : undefined;
  const client = pools.directory.client(String(verified?.client_id));
  if (verified === undefined || client === undefined || !scopes.includes("openid")) return undefined;
  const user = session === undefined ? pools.directory.users.bySub(poolId, String(verified.sub)) : liveUser(pools, session);
  if (user?.isEnabled !== true) return undefined;
  const attributes = attributeClaims(user, readableAttributes(client, scopes));
  // This endpoint sends the verified flags as strings, unlike the ID token.
  const asSent = Object.entries(attributes).map(([name, value]) => [name, typeof value === "boolean" ? String(value) : value]);
  return { sub: user.sub, ...(Object.fromEntries(asSent) as Record<string, unknown>), username: user.username };
}

/** The pool a token claims to be from, before anything in it is believed. */
export function poolOf(token: string): string | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as { iss?: unknown } | null;
    return typeof claims?.iss === "string" ? claims.iss.slice(claims.iss.lastIndexOf("/") + 1) : undefined;
  } catch {
    return undefined;
  }
}
