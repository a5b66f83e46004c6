import { createHash, randomBytes } from "node:crypto";
import { AwsError } from "../../platform/aws-error.ts";
import type { ClientRecord, PoolRecord, UserRecord } from "../directory/records.ts";
import { isClientPublicValid, isSrpClaimGood, startSrp, type SrpVerifier } from "../passwords/srp.ts";
import type { UserPools } from "../user-pools.ts";
import { poolNameOf } from "../users/make-credentials.ts";
import { assertMaySignIn } from "./first-factor.ts";

const SECRET_BLOCK_BYTES = 512;
const INCORRECT = "Incorrect username or password.";

/** First half of USER_SRP_AUTH: the PASSWORD_VERIFIER challenge. A name nobody has gets one too, where the client hides who exists. */
export function startSrpSignIn(
  pools: UserPools,
  { pool, client, loginName, clientPublic }: { pool: PoolRecord; client: ClientRecord; loginName: string; clientPublic: string },
): object {
  if (!isClientPublicValid(clientPublic)) throw new AwsError("InvalidParameterException", "Invalid SRP_A");
  const user = pools.directory.users.find(pool.poolId, loginName);
  if (user === undefined && !client.isUserExistenceHidden) throw new AwsError("UserNotFoundException", "User does not exist.");
  const username = user?.username ?? loginName;
  const verifier = user?.srp ?? imaginaryVerifier(pool, loginName);
  const { serverSecret, serverPublic } = startSrp(verifier);
  const secretBlock = randomBytes(SECRET_BLOCK_BYTES).toString("base64");
  const srp = { serverSecret, clientPublic, secretBlock };
  const challenge = {
    name: "PASSWORD_VERIFIER" as const,
    poolId: pool.poolId,
    clientId: client.clientId,
    sub: user?.sub ?? "",
    passed: [],
    srp,
  };
  const session = pools.challenges.open(challenge, client);
  pools.challenges.alias(secretBlock, session);
  return {
    ChallengeName: "PASSWORD_VERIFIER",
    ChallengeParameters: {
      SALT: verifier.salt,
      SECRET_BLOCK: secretBlock,
      SRP_B: serverPublic,
      USERNAME: username,
      USER_ID_FOR_SRP: username,
    },
  };
}

/** Second half: the proof. Returns the user. Throws `NotAuthorizedException`. */
export function finishSrpSignIn(pools: UserPools, client: ClientRecord, responses: Readonly<Record<string, string>>): UserRecord {
  const secretBlock = responses.PASSWORD_CLAIM_SECRET_BLOCK ?? "";
  const challenge = pools.challenges.get(secretBlock, client.clientId, "PASSWORD_VERIFIER");
  pools.challenges.close(secretBlock);
  const user = pools.directory.users.bySub(challenge.poolId, challenge.sub);
  const attemptKey = `${challenge.poolId}/${challenge.sub}`;
  if (pools.signInAttempts.isLocked(attemptKey)) throw new AwsError("NotAuthorizedException", "Password attempts exceeded");
  const { srp } = challenge;
  const isGood =
    user?.srp !== undefined &&
    srp !== undefined &&
    isSrpClaimGood({
      identity: { poolName: poolNameOf(user.poolId), username: user.username },
      verifier: user.srp,
      ...srp,
      timestamp: responses.TIMESTAMP ?? "",
      signature: responses.PASSWORD_CLAIM_SIGNATURE ?? "",
    });
  if (!isGood) {
    pools.signInAttempts.fail(attemptKey);
    throw new AwsError("NotAuthorizedException", INCORRECT);
  }
  pools.signInAttempts.succeed(attemptKey);
  assertMaySignIn(user, pools.context.clock.nowMs());
  return user;
}

/** The same salt for the same unknown name, or asking twice would tell. */
function imaginaryVerifier(pool: PoolRecord, loginName: string): SrpVerifier {
  const salt = createHash("sha256").update(`${pool.poolId}${pool.createdAtMs}/${loginName.toLowerCase()}`).digest("hex").slice(0, 32);
  return { salt, verifier: randomBytes(384).toString("hex") };
}
