import { AwsError } from "../../platform/aws-error.ts";
import type { ClientRecord, PoolRecord, UserRecord } from "../directory/records.ts";
import { assertPasswordConforms } from "../passwords/password-policy.ts";
import type { UserPools } from "../user-pools.ts";
import { deliver, imaginaryDelivery, type CodeDelivery } from "./deliver-code.ts";
import { setPassword } from "./set-password.ts";

export interface Recovery {
  readonly pool: PoolRecord;
  readonly client: Pick<ClientRecord, "isUserExistenceHidden">;
  readonly loginName: string;
}

const REQUESTS_KEY = "forgot-password-request";

/**
 * Sends a password code to the user's verified address. A client that hides who exists gets the same kind of answer for
 * everyone. Throws `UserNotFoundException`, `NotAuthorizedException`, `InvalidParameterException`, `LimitExceededException`.
 */
export function forgotPassword(pools: UserPools, { pool, client, loginName }: Recovery): CodeDelivery {
  const limitKey = `${pool.poolId}/${loginName.toLowerCase()}/${REQUESTS_KEY}`;
  if (pools.codeAttempts.isLocked(limitKey)) throw limitExceeded();
  // Each request counts: codes are not to be had in bulk.
  pools.codeAttempts.fail(limitKey);
  const user = pools.directory.users.find(pool.poolId, loginName);
  const refusal = user === undefined ? new AwsError("UserNotFoundException", "User does not exist.") : findRefusal(pool, user);
  if (refusal === undefined && user?.attributes.email !== undefined) {
    return deliver(pools, user, { purpose: "forgot-password", to: user.attributes.email, subject: "Your password reset code" });
  }
  if (client.isUserExistenceHidden || refusal === undefined) return imaginaryDelivery(pool, loginName);
  throw refusal;
}

function findRefusal(pool: PoolRecord, user: UserRecord): AwsError | undefined {
  if (!user.isEnabled) return new AwsError("NotAuthorizedException", "User is disabled.");
  const isResettable = user.status === "CONFIRMED" || user.status === "RESET_REQUIRED";
  if (!pool.isSelfRecoveryAllowed || !isResettable) {
    return new AwsError("NotAuthorizedException", "User password cannot be reset in the current state.");
  }
  if (user.attributes.email === undefined || user.attributes.email_verified !== "true") {
    return new AwsError(
      "InvalidParameterException",
      "Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
  }
  return undefined;
}

/** Sets a new password with the code. Throws as the code check and the password policy do. */
export async function confirmForgotPassword(
  pools: UserPools,
  { pool, client, loginName }: Recovery,
  { code, password }: { code: string; password: string },
): Promise<void> {
  // Before the code is spent: a refused password must leave it good.
  assertPasswordConforms(password, pool.passwordPolicy);
  const user = pools.directory.users.find(pool.poolId, loginName);
  if (user === undefined) {
    throw client.isUserExistenceHidden
      ? new AwsError("ExpiredCodeException", "Invalid code provided, please request a code again.")
      : new AwsError("UserNotFoundException", "User does not exist.");
  }
  if (!user.isEnabled) throw new AwsError("NotAuthorizedException", "User is disabled.");
  pools.codes.redeem(user, "forgot-password", code);
  await setPassword(pools, user, password, { status: "CONFIRMED" });
  pools.signInAttempts.succeed(`${pool.poolId}/${user.sub}`);
}

function limitExceeded(): AwsError {
  return new AwsError("LimitExceededException", "Attempt limit exceeded, please try after some time.");
}
