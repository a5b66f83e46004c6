import { AwsError } from "../../platform/aws-error.ts";
import type { ClientRecord, PoolRecord, UserRecord } from "../directory/records.ts";
import { API_SCOPE } from "../tokens/token-issuer.ts";
import type { RefreshFault } from "../tokens/sign-in-sessions.ts";
import type { UserPools } from "../user-pools.ts";
import { nextChallenge, type ChallengeName } from "./challenges.ts";

export interface Step {
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
  readonly user: UserRecord;
  readonly passed: readonly ChallengeName[];
}

/** `AuthenticationResult` with tokens, or the next challenge with its `Session`. */
export async function answerStep(pools: UserPools, { pool, client, user, passed }: Step): Promise<object> {
  const name = nextChallenge(pool, user, passed);
  if (name === undefined) return { AuthenticationResult: await startApiSession(pools, client, user), ChallengeParameters: {} };
  const session = pools.challenges.open({ name, poolId: user.poolId, clientId: client.clientId, sub: user.sub, passed }, client);
  return { ChallengeName: name, Session: session, ChallengeParameters: challengeParameters(name, pool, user) };
}

function challengeParameters(name: ChallengeName, pool: PoolRecord, user: UserRecord): Record<string, string> {
  const base = { USER_ID_FOR_SRP: user.username };
  if (name === "MFA_SETUP") return { ...base, MFAS_CAN_SETUP: JSON.stringify(["SOFTWARE_TOKEN_MFA"]) };
  if (name === "SOFTWARE_TOKEN_MFA") return { ...base, FRIENDLY_DEVICE_NAME: "TOTP device" };
  const missing = pool.attributes.filter((it) => it.isRequired && it.name !== "sub" && user.attributes[it.name] === undefined);
  return {
    ...base,
    userAttributes: JSON.stringify(user.attributes),
    requiredAttributes: JSON.stringify(missing.map((it) => `userAttributes.${it.name}`)),
  };
}

async function startApiSession(pools: UserPools, client: ClientRecord, user: UserRecord): Promise<object> {
  const authTimeMs = pools.context.clock.nowMs();
  const { session, refreshToken } = pools.sessions.start({ client, user, scopes: [API_SCOPE], authTimeMs });
  const { accessToken, idToken, expiresInSeconds } = await pools.tokens.issue({ client, user, facts: session });
  return { AccessToken: accessToken, IdToken: idToken, RefreshToken: refreshToken, ExpiresIn: expiresInSeconds, TokenType: "Bearer" };
}

const REFRESH_TEXT: Readonly<Record<RefreshFault, string>> = {
  unknown: "Invalid Refresh Token",
  expired: "Refresh Token has expired",
  revoked: "Refresh Token has been revoked",
};

/** New tokens for a refresh token, with a successor where the client rotates. Throws `NotAuthorizedException`. */
export async function refreshTokens(pools: UserPools, client: ClientRecord, refreshToken: string): Promise<object> {
  const session = pools.sessions.redeem(refreshToken, client);
  if (typeof session === "string") throw new AwsError("NotAuthorizedException", REFRESH_TEXT[session]);
  const user = pools.directory.users.bySub(session.poolId, session.sub);
  if (user === undefined) throw new AwsError("NotAuthorizedException", "Invalid Refresh Token");
  if (!user.isEnabled) throw new AwsError("NotAuthorizedException", "User is disabled.");
  if (user.signInEpoch !== session.signInEpoch) throw new AwsError("NotAuthorizedException", REFRESH_TEXT.revoked);
  const successor = client.rotation === undefined ? undefined : pools.sessions.rotate(refreshToken, client);
  const { accessToken, idToken, expiresInSeconds } = await pools.tokens.issue({ client, user, facts: session });
  return {
    AuthenticationResult: {
      AccessToken: accessToken,
      ...(idToken === undefined ? {} : { IdToken: idToken }),
      ...(successor === undefined ? {} : { RefreshToken: successor }),
      ExpiresIn: expiresInSeconds,
      TokenType: "Bearer",
    },
    ChallengeParameters: {},
  };
}
