import { AwsError } from "../../platform/aws-error.ts";
import type { ClientRecord, PoolRecord, UserRecord } from "../directory/records.ts";
import type { UserPools } from "../user-pools.ts";
import { TokenRefused, verifyToken } from "./verify-token.ts";

export interface TokenHolder {
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
  readonly user: UserRecord;
  readonly scopes: readonly string[];
}

/**
 * Who holds this access token, once it is verified and its sign-in is known not to be over.
 * Throws AwsError `NotAuthorizedException` in the user pool API's words.
 */
export async function resolveAccessToken(pools: UserPools, token: string): Promise<TokenHolder> {
  const pool = pools.directory.pool(issuingPool(token) ?? "");
  if (pool === undefined) throw invalid();
  const claims = await verifyToken(token, {
    keys: pools.keys.verificationKeys(pool.poolId),
    issuer: pools.tokens.issuerOf(pool.poolId),
    tokenUse: "access",
    nowMs: pools.context.clock.nowMs(),
  }).catch((error: unknown) => {
    throw error instanceof TokenRefused ? toApiError(error) : error;
  });
  const client = pools.directory.client(String(claims.client_id));
  if (client === undefined) throw invalid();
  const user = pools.directory.users.bySub(pool.poolId, String(claims.sub));
  if (user === undefined) throw new AwsError("UserNotFoundException", "User does not exist.");
  if (!user.isEnabled) throw new AwsError("NotAuthorizedException", "User is disabled.");
  if (typeof claims.origin_jti === "string" && isOver(pools, claims.origin_jti, user)) {
    throw new AwsError("NotAuthorizedException", "Access Token has been revoked");
  }
  return { pool, client, user, scopes: String(claims.scope).split(" ") };
}

function isOver(pools: UserPools, originJti: string, user: UserRecord): boolean {
  const session = pools.sessions.get(originJti);
  return session?.sub !== user.sub || session.isRevoked || session.signInEpoch !== user.signInEpoch;
}

function toApiError({ fault }: TokenRefused): AwsError {
  return fault === "expired" ? new AwsError("NotAuthorizedException", "Access Token has expired") : invalid();
}

function invalid(): AwsError {
  return new AwsError("NotAuthorizedException", "Invalid Access Token");
}

/** The pool a token claims to be from, before anything in it is believed. */
function issuingPool(token: string): string | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as { iss?: unknown } | null;
    return typeof claims?.iss === "string" ? claims.iss.slice(claims.iss.lastIndexOf("/") + 1) : undefined;
  } catch {
    return undefined;
  }
}
