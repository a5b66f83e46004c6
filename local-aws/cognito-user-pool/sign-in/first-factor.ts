import { AwsError } from "../../platform/aws-error.ts";
import type { ClientRecord, PoolRecord, UserRecord } from "../directory/records.ts";
import { isPasswordCorrect } from "../passwords/password-hash.ts";
import type { UserPools } from "../user-pools.ts";

export interface PasswordSignIn {
  readonly pool: PoolRecord;
  readonly client: Pick<ClientRecord, "isUserExistenceHidden">;
  readonly loginName: string;
  readonly password: string;
}

const INCORRECT = "Incorrect username or password.";

/**
 * Checks name and password and returns the user, who may still owe a challenge.
 * Throws what InitiateAuth throws: `NotAuthorizedException`, `UserNotFoundException` (where the client does not hide
 * it), `UserNotConfirmedException`, `PasswordResetRequiredException`.
 */
export async function checkPassword(pools: UserPools, { pool, client, loginName, password }: PasswordSignIn): Promise<UserRecord> {
  const user = pools.directory.users.find(pool.poolId, loginName);
  const attemptKey = `${pool.poolId}/${user?.sub ?? loginName.toLowerCase()}`;
  assertNotLocked(pools, attemptKey);
  if (!(await isPasswordCorrect(password, user?.passwordHash)) || user === undefined) {
    pools.signInAttempts.fail(attemptKey);
    if (user === undefined && !client.isUserExistenceHidden) throw new AwsError("UserNotFoundException", "User does not exist.");
    throw new AwsError("NotAuthorizedException", INCORRECT);
  }
  // Guesses made while this hash was computed may have locked the user meanwhile.
  assertNotLocked(pools, attemptKey);
  pools.signInAttempts.succeed(attemptKey);
  // The user may have been changed or deleted meanwhile: judge by the present record.
  const present = pools.directory.users.bySub(pool.poolId, user.sub);
  if (present === undefined || present.passwordHash !== user.passwordHash) throw new AwsError("NotAuthorizedException", INCORRECT);
  assertMaySignIn(present, pools.context.clock.nowMs());
  return present;
}

function assertNotLocked(pools: UserPools, attemptKey: string): void {
  if (pools.signInAttempts.isLocked(attemptKey)) throw new AwsError("NotAuthorizedException", "Password attempts exceeded");
}

/** Throws for a user whose state forbids signing in, whatever the password. */
export function assertMaySignIn(user: UserRecord, nowMs: number): void {
  if (!user.isEnabled) throw new AwsError("NotAuthorizedException", "User is disabled.");
  if (user.status === "UNCONFIRMED") throw new AwsError("UserNotConfirmedException", "User is not confirmed.");
  if (user.status === "RESET_REQUIRED") throw new AwsError("PasswordResetRequiredException", "Password reset required for the user");
  if (user.status === "FORCE_CHANGE_PASSWORD" && nowMs >= (user.temporaryPasswordExpiresAtMs ?? Infinity)) {
    throw new AwsError("NotAuthorizedException", "Temporary password has expired and must be reset by an administrator.");
  }
}
