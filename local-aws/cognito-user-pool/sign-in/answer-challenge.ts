import { AwsError } from "../../platform/aws-error.ts";
import type { UserRecord } from "../directory/records.ts";
import type { UserPools } from "../user-pools.ts";
import { setPassword } from "../users/set-password.ts";
import { assertAttributesFit, writeAttributes } from "../users/write-attributes.ts";
import type { Challenge } from "./challenges.ts";
import { assertMaySignIn } from "./first-factor.ts";
import { matchTotpStep, spendTotp } from "./totp.ts";

/** Sets the password a FORCE_CHANGE_PASSWORD user chose, with attributes the pool still requires. */
export async function answerNewPassword(
  pools: UserPools,
  challenge: Challenge,
  answer: { readonly newPassword: string; readonly attributes: Readonly<Record<string, string>> },
): Promise<UserRecord> {
  const user = challengedUser(pools, challenge);
  const pool = pools.directory.pool(user.poolId);
  // Everything is judged before anything is written.
  if (pool !== undefined) assertAttributesFit(pool, answer.attributes, { isNew: false });
  const changed = await setPassword(pools, user, answer.newPassword, { status: "CONFIRMED" });
  return writeAttributes(pools, changed, answer.attributes, { isClient: true });
}

/** Throws `CodeMismatchException` for a wrong code, `NotAuthorizedException` once the user is locked out. */
export function answerTotp(pools: UserPools, challenge: Challenge, code: string): UserRecord {
  return guarded(pools, challenge, (user) => spendTotp(user, code, pools.context.clock.nowMs()));
}

/** Turns TOTP on with the secret the challenge showed, once the app's first code proves it arrived. */
export function answerMfaSetup(pools: UserPools, challenge: Challenge, code: string): UserRecord {
  return guarded(pools, challenge, (user) => {
    const { totpSecret: secret } = challenge;
    const lastStep = secret === undefined ? undefined : matchTotpStep(secret, code, pools.context.clock.nowMs());
    if (secret === undefined || lastStep === undefined) throw new AwsError("CodeMismatchException", "Invalid code received for user");
    return { ...user, totp: { secret, isVerified: true, isOn: true, lastStep } };
  });
}

/** Codes are six digits: wrong ones count across sessions, or a new session would reset the count. */
function guarded(pools: UserPools, challenge: Challenge, change: (user: UserRecord) => UserRecord): UserRecord {
  const user = challengedUser(pools, challenge);
  const key = `${user.poolId}/${user.sub}/totp`;
  if (pools.codeAttempts.isLocked(key)) throw new AwsError("LimitExceededException", "Attempt limit exceeded, please try after some time.");
  try {
    const changed = { ...change(user), modifiedAtMs: pools.context.clock.nowMs() };
    pools.directory.users.put(changed);
    pools.codeAttempts.succeed(key);
    return changed;
  } catch (error) {
    pools.codeAttempts.fail(key);
    throw error;
  }
}

/** The user of a challenge, judged again: much can happen in three minutes. */
export function challengedUser(pools: UserPools, challenge: Challenge): UserRecord {
  const user = pools.directory.users.bySub(challenge.poolId, challenge.sub);
  if (user === undefined) throw new AwsError("NotAuthorizedException", "Invalid session for the user.");
  assertMaySignIn(user, pools.context.clock.nowMs());
  return user;
}
