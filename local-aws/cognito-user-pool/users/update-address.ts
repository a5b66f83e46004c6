import { AwsError } from "../../platform/aws-error.ts";
import type { PoolRecord, UserRecord } from "../directory/records.ts";
import type { UserPools } from "../user-pools.ts";
import { deliver, type CodeDelivery } from "./deliver-code.ts";
import { assertAliasesFree, assertAttributesFit, writeAttributes } from "./write-attributes.ts";

type Attributes = Readonly<Record<string, string>>;

/**
 * A user's own change of attributes. Where the pool verifies before it updates, a new address waits for its code and the
 * old one stays; otherwise it is taken at once, unverified. Returns the codes sent.
 */
export function updateOwnAttributes(pools: UserPools, pool: PoolRecord, user: UserRecord, attributes: Attributes): CodeDelivery[] {
  assertAttributesFit(pool, attributes, { isNew: false });
  const email = attributes.email;
  const isNewEmail = email !== undefined && email !== "" && email !== user.attributes.email;
  const isKeptBack = isNewEmail && pool.verifiedBeforeUpdate.includes("email");
  const immediate = Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== "email" || !isKeptBack));
  const changed = writeAttributes(pools, user, immediate, { isClient: true });
  if (isKeptBack) pools.directory.users.put({ ...changed, pendingAttributes: { ...changed.pendingAttributes, email } });
  return isNewEmail && (isKeptBack || pool.autoVerifiedAttributes.includes("email")) ? [sendAddressCode(pools, user, email)] : [];
}

/** Sends a code to the address that waits, or to the present unverified one. Throws `InvalidParameterException`. */
export function requestAddressCode(pools: UserPools, user: UserRecord, attribute: string): CodeDelivery {
  const to = attribute === "email" ? (user.pendingAttributes?.email ?? user.attributes.email) : undefined;
  if (to === undefined) throw new AwsError("InvalidParameterException", `User does not have a ${attribute.slice(0, 40)} to verify`);
  return sendAddressCode(pools, user, to);
}

/** Makes the address the user's own, with the code sent to it. Throws as the code check does, or `AliasExistsException`. */
export function verifyAddress(
  pools: UserPools,
  pool: PoolRecord,
  user: UserRecord,
  { attribute, code }: { attribute: string; code: string },
): void {
  if (attribute !== "email") throw new AwsError("InvalidParameterException", `Attribute ${attribute.slice(0, 40)} cannot be verified`);
  const email = user.pendingAttributes?.email ?? user.attributes.email;
  if (email === undefined) throw new AwsError("InvalidParameterException", "User does not have an email to verify");
  const pendingAttributes = Object.fromEntries(Object.entries(user.pendingAttributes ?? {}).filter(([name]) => name !== "email"));
  const verified: UserRecord = { ...user, attributes: { ...user.attributes, email, email_verified: "true" }, pendingAttributes };
  assertAliasesFree(pools, pool, verified);
  pools.codes.redeem(user, "verify:email", code);
  pools.directory.users.put({ ...verified, modifiedAtMs: pools.context.clock.nowMs() });
}

function sendAddressCode(pools: UserPools, user: UserRecord, to: string): CodeDelivery {
  return deliver(pools, user, { purpose: "verify:email", to, subject: "Your verification code" });
}
