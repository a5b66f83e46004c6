import { AwsError } from "../../platform/aws-error.ts";
import type { ClientRecord, PoolRecord, UserRecord } from "../directory/records.ts";
import { assertPasswordConforms } from "../passwords/password-policy.ts";
import type { UserPools } from "../user-pools.ts";
import { deliver, type CodeDelivery } from "./deliver-code.ts";
import { makeCredentials } from "./make-credentials.ts";
import { newUser } from "./new-user.ts";
import { assertAttributesFit, assertClientMayWrite } from "./write-attributes.ts";

export interface SignUp {
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
  readonly username: string;
  readonly password: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Registers an unconfirmed user and sends the confirmation code.
 * Throws `NotAuthorizedException` where only administrators make users, `UsernameExistsException`,
 * `InvalidPasswordException`, `InvalidParameterException`.
 */
export async function signUp(pools: UserPools, input: SignUp): Promise<{ user: UserRecord; delivery: CodeDelivery | undefined }> {
  const { pool, client, username, password } = input;
  if (!pool.isSignUpAllowed) throw new AwsError("NotAuthorizedException", "SignUp is not permitted for this user pool");
  const attributes = withSignInName(pool, username, input.attributes);
  assertClientMayWrite(client, Object.keys(input.attributes));
  assertAttributesFit(pool, attributes, { isNew: true });
  assertPasswordConforms(password, pool.passwordPolicy);
  assertNameFree(pools, pool, username);
  const user = newUser(pools, pool, { username, attributes, status: "UNCONFIRMED" });
  const credentials = await makeCredentials(pools, user, password);
  // Somebody else may have taken the name while the hash was computed.
  assertNameFree(pools, pool, username);
  const stored = { ...user, ...credentials };
  pools.directory.users.put(stored);
  return { user: stored, delivery: sendConfirmation(pools, stored) };
}

/** Marks the user and the address the code went to as confirmed. */
export function confirmSignUp(pools: UserPools, user: UserRecord, code: string): void {
  if (user.status !== "UNCONFIRMED") {
    throw new AwsError("NotAuthorizedException", `User cannot be confirmed. Current status is ${user.status}`);
  }
  pools.codes.redeem(user, "sign-up", code);
  const pool = pools.directory.pool(user.poolId);
  const isVerified = user.attributes.email !== undefined && pool?.autoVerifiedAttributes.includes("email") === true;
  // An alias belongs to whoever verified it last, as the guide says of a forced alias; here the first holder keeps it.
  const holder = isVerified ? pools.directory.users.holderOf(user.poolId, "email", user.attributes.email ?? "") : undefined;
  if (holder !== undefined && holder.sub !== user.sub) {
    throw new AwsError("AliasExistsException", "An account with the email already exists.");
  }
  const attributes = isVerified ? { ...user.attributes, email_verified: "true" } : user.attributes;
  pools.directory.users.put({ ...user, status: "CONFIRMED", attributes, modifiedAtMs: pools.context.clock.nowMs() });
}

/** Throws `InvalidParameterException` once the user is confirmed. */
export function resendConfirmation(pools: UserPools, user: UserRecord): CodeDelivery | undefined {
  if (user.status !== "UNCONFIRMED") throw new AwsError("InvalidParameterException", "User is already confirmed.");
  return sendConfirmation(pools, user);
}

function sendConfirmation(pools: UserPools, user: UserRecord): CodeDelivery | undefined {
  if (user.attributes.email === undefined) return undefined;
  return deliver(pools, user, { purpose: "sign-up", to: user.attributes.email, subject: "Your verification code" });
}

/** Throws `InvalidParameterException` / `UsernameExistsException`. */
export function assertNameFree(pools: UserPools, pool: PoolRecord, username: string): void {
  if (!/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u.test(username)) {
    throw new AwsError(
      "InvalidParameterException",
      "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
    );
  }
  if (pool.aliasAttributes.includes("email") && /^[^@]+@[^@]+$/.test(username)) {
    throw new AwsError("InvalidParameterException", "Username cannot be of email format, since user pool is configured for email alias.");
  }
  const isTaken = pools.directory.users.find(pool.poolId, username) !== undefined;
  // Names of people who come from a provider are the provider's to give.
  const isReserved = pools.directory.identityProviders(pool.poolId).some(({ name }) => username.startsWith(`${name}_`));
  if (isTaken || isReserved) throw new AwsError("UsernameExistsException", "User already exists");
}

/** In a pool signed in to by e-mail the username is the address. */
export function withSignInName(
  pool: PoolRecord,
  username: string,
  attributes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const isEmailName = pool.usernameAttributes.includes("email") && username.includes("@");
  if (isEmailName) return { ...attributes, email: attributes.email ?? username };
  if (pool.usernameAttributes.length > 0 && !username.startsWith("+")) {
    throw new AwsError("InvalidParameterException", "Username should be an email.");
  }
  return attributes;
}
