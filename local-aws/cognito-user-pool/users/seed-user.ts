import { AwsError } from "../../platform/aws-error.ts";
import { assertPasswordConforms } from "../passwords/password-policy.ts";
import type { UserPools } from "../user-pools.ts";
import { makeCredentials } from "./make-credentials.ts";
import { newUser } from "./new-user.ts";

export interface SeedUser {
  readonly userPoolId: string;
  readonly username: string;
  readonly email: string;
  /** The `name` attribute. */
  readonly name: string;
  readonly password: string;
  readonly groups: readonly string[];
}

/** Makes a confirmed user, or leaves the one there is untouched: a seed never overwrites what a person changed. */
export async function seedUser(pools: UserPools, seed: SeedUser): Promise<{ sub: string; isNew: boolean }> {
  const pool = pools.directory.pool(seed.userPoolId);
  if (pool === undefined) throw new AwsError("ResourceNotFoundException", `User pool ${seed.userPoolId} does not exist.`);
  const known = pools.directory.users.find(pool.poolId, seed.username);
  if (known !== undefined) return { sub: known.sub, isNew: false };
  assertPasswordConforms(seed.password, pool.passwordPolicy);
  const attributes = { email: seed.email, email_verified: "true", name: seed.name };
  const user = newUser(pools, pool, { username: seed.username, attributes, status: "CONFIRMED" });
  pools.directory.users.put({ ...user, ...(await makeCredentials(pools, user, seed.password)), groups: seed.groups });
  return { sub: user.sub, isNew: true };
}
