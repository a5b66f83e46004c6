import type { UserRecord } from "../directory/records.ts";
import { hashPassword } from "../passwords/password-hash.ts";
import { createSrpVerifier } from "../passwords/srp.ts";
import type { UserPools } from "../user-pools.ts";

/** What is stored of a password. The SRP verifier is quick to guess against, so only pools that use SRP keep one. */
export async function makeCredentials(
  { directory }: Pick<UserPools, "directory">,
  { poolId, username }: Pick<UserRecord, "poolId" | "username">,
  password: string,
): Promise<Pick<UserRecord, "passwordHash" | "srp">> {
  const passwordHash = await hashPassword(password);
  const isSrpUsed = directory.clients(poolId).some((client) => client.authFlows.includes("ALLOW_USER_SRP_AUTH"));
  return isSrpUsed ? { passwordHash, srp: createSrpVerifier({ poolName: poolNameOf(poolId), username }, password) } : { passwordHash };
}

/** The part of a pool id after the region. */
export function poolNameOf(poolId: string): string {
  return poolId.slice(poolId.indexOf("_") + 1);
}
