import { z } from "zod";
import { AwsError } from "../platform/aws-error.ts";
import type { Service } from "../platform/service.ts";
import type { PoolRecord } from "./directory/records.ts";
import type { Outage } from "./outage.ts";
import type { UserPools } from "./user-pools.ts";
import { setEnabled } from "./users/end-sign-ins.ts";

const rotateSchema = z.strictObject({ userPoolId: z.string().optional(), dropOld: z.boolean().default(false) });
const disableSchema = z.strictObject({ userPoolId: z.string().optional(), username: z.string(), disabled: z.boolean().default(true) });
const lifetimeSchema = z.strictObject({ idSeconds: z.number().positive().optional(), accessSeconds: z.number().positive().optional() });
const outageSchema = z.strictObject({ mode: z.enum(["down", "html", "slow", "500"]), forMs: z.number().nonnegative() });

/** Faults and peeks for tests; the control endpoint serves them. */
export function createControlVerbs(pools: UserPools, outage: Outage): NonNullable<Service["controlVerbs"]> {
  const { directory } = pools;
  const chosenPools = (poolId: string | undefined): PoolRecord[] =>
    directory.pools().filter((pool) => poolId === undefined || pool.poolId === poolId);
  return {
    /** New signing keys; `dropOld` also ends the old ones' word. */
    "rotate-jwks": async (input) => {
      const { userPoolId, dropOld } = rotateSchema.parse(input ?? {});
      for (const { poolId } of chosenPools(userPoolId)) await pools.keys.rotate(poolId, dropOld);
      return {};
    },
    /** What AWS would have mailed, newest first. */
    mailbox: () => ({ mails: pools.mailbox.list() }),
    "disable-user": (input) => {
      const { userPoolId, username, disabled } = disableSchema.parse(input);
      const users = chosenPools(userPoolId)
        .map(({ poolId }) => directory.users.find(poolId, username))
        .filter((user) => user !== undefined);
      if (users.length === 0) throw new AwsError("UserNotFoundException", "User does not exist.");
      for (const user of users) setEnabled(pools, user, !disabled);
      return {};
    },
    /** In place of the clients' own lifetimes, below AWS's minimum too; `{}` restores them. */
    "token-lifetime": (input) => {
      pools.tokens.overrideLifetimes(lifetimeSchema.parse(input ?? {}));
      return {};
    },
    "idp-outage": (input) => {
      const { mode, forMs } = outageSchema.parse(input);
      outage.start(mode, forMs);
      return {};
    },
  };
}
