import { createHash } from "node:crypto";
import type { PoolRecord, UserRecord } from "../directory/records.ts";
import type { CodePurpose } from "../sign-in/verification-codes.ts";
import type { UserPools } from "../user-pools.ts";

/** `CodeDeliveryDetails` of the API. */
export interface CodeDelivery {
  readonly AttributeName: string;
  readonly DeliveryMedium: "EMAIL";
  /** Masked, e.g. `a***@e***`. */
  readonly Destination: string;
}

/** Makes a code and puts it where AWS would mail it. */
export function deliver(
  pools: UserPools,
  user: UserRecord,
  { purpose, to, subject }: { purpose: CodePurpose; to: string; subject: string },
): CodeDelivery {
  const code = pools.codes.create(user, purpose);
  pools.mailbox.send({ poolId: user.poolId, to, subject, code, username: user.username });
  return { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: mask(to) };
}

/** What a client that hides who exists is told for a name nobody has: always the same for the same name. */
export function imaginaryDelivery(pool: PoolRecord, loginName: string): CodeDelivery {
  const letters = createHash("sha256")
    .update(`${pool.poolId}/${loginName.toLowerCase()}`)
    .digest("hex")
    .replaceAll(/[^a-f]/g, "");
  return { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: mask(`${letters.slice(0, 1)}@${letters.slice(1, 2)}`) };
}

function mask(address: string): string {
  const [name = "", host = ""] = address.split("@");
  return `${name.charAt(0)}***@${host.charAt(0)}***`;
}
