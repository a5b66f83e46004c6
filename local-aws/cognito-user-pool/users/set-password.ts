import { AwsError } from "../../platform/aws-error.ts";
import type { UserRecord, UserStatus } from "../directory/records.ts";
import { assertPasswordConforms } from "../passwords/password-policy.ts";
import type { UserPools } from "../user-pools.ts";
import { makeCredentials } from "./make-credentials.ts";

const DAY_MS = 86_400_000;

/**
 * Gives a stored user a password of the pool's policy. A status of FORCE_CHANGE_PASSWORD makes it a temporary one.
 * Throws `InvalidPasswordException`, `ResourceNotFoundException` for a pool that is gone, `UserNotFoundException`.
 */
export async function setPassword(
  pools: UserPools,
  user: UserRecord,
  password: string,
  { status }: { status: UserStatus },
): Promise<UserRecord> {
  const pool = pools.directory.pool(user.poolId);
  if (pool === undefined) throw new AwsError("ResourceNotFoundException", `User pool ${user.poolId} does not exist.`);
  assertPasswordConforms(password, pool.passwordPolicy);
  const credentials = await makeCredentials(pools, user, password);
  const nowMs = pools.context.clock.nowMs();
  // Others may have changed the user while the hash was computed; a deleted one stays deleted.
  const present = pools.directory.users.bySub(user.poolId, user.sub);
  if (present === undefined) throw new AwsError("UserNotFoundException", "User does not exist.");
  const temporaryPasswordExpiresAtMs = nowMs + pool.passwordPolicy.temporaryPasswordValidityDays * DAY_MS;
  const changed: UserRecord = { ...present, ...credentials, status, modifiedAtMs: nowMs, temporaryPasswordExpiresAtMs };
  pools.directory.users.put(changed);
  return changed;
}
