import { randomUUID } from "node:crypto";
import type { PoolRecord, UserRecord, UserStatus } from "../directory/records.ts";
import type { UserPools } from "../user-pools.ts";

export interface NewUser {
  readonly username: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly status: UserStatus;
}

/** A user record that is not stored yet. Where an attribute is the sign-in name, the username is the `sub`, as on AWS. */
export function newUser(pools: Pick<UserPools, "context">, pool: PoolRecord, { username, attributes, status }: NewUser): UserRecord {
  const sub = randomUUID();
  const nowMs = pools.context.clock.nowMs();
  return {
    poolId: pool.poolId,
    sub,
    username: pool.usernameAttributes.length > 0 && status !== "EXTERNAL_PROVIDER" ? sub : username,
    status,
    isEnabled: true,
    attributes,
    groups: [],
    signInEpoch: 0,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
  };
}
