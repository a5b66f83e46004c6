import type { UserRecord } from "../directory/records.ts";
import type { UserPools } from "../user-pools.ts";

/** Ends every sign-in of the user at once, refresh tokens included; their domain sessions live on until /logout, as on AWS. */
export function endAllSignIns(pools: UserPools, user: UserRecord): void {
  pools.directory.users.put({ ...user, signInEpoch: user.signInEpoch + 1 });
}

/** Disabling revokes every token; enabling again brings no old one back. */
export function setEnabled(pools: UserPools, user: UserRecord, isEnabled: boolean): void {
  const signInEpoch = isEnabled ? user.signInEpoch : user.signInEpoch + 1;
  pools.directory.users.put({ ...user, isEnabled, signInEpoch, modifiedAtMs: pools.context.clock.nowMs() });
}
