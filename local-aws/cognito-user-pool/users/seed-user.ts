import { AwsError } from "../../platform/aws-error.ts";
import type { UserPools } from "../user-pools.ts";
import { newUser } from "./new-user.ts";
import { setPassword } from "./set-password.ts";

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
  // Left without password by a start that was killed half-way: finished below.
  if (known?.passwordHash !== undefined) return { sub: known.sub, isNew: false };
  const attributes = { email: seed.email, email_verified: "true", name: seed.name };
  const user = known ?? newUser(pools, pool, { username: seed.username, attributes, status: "UNCONFIRMED" });
  pools.directory.users.put({ ...user, groups: seed.groups });
  await setPassword(pools, user, seed.password, { status: "CONFIRMED" });
  return { sub: user.sub, isNew: true };
}
