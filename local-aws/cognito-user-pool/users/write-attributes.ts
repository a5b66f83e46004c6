import { AwsError } from "../../platform/aws-error.ts";
import type { AttributeDefinition, ClientRecord, PoolRecord, UserRecord } from "../directory/records.ts";
import type { UserPools } from "../user-pools.ts";

type Attributes = Readonly<Record<string, string>>;

export interface AttributeWriter {
  /** The user's own client, as opposed to an administrator. */
  readonly isClient: boolean;
}

const VERIFIED_FLAGS = ["email_verified", "phone_number_verified"];

/** Throws `NotAuthorizedException` when the client may not write one of the attributes. */
export function assertClientMayWrite(client: ClientRecord, names: readonly string[]): void {
  const mayWrite = (name: string) => !VERIFIED_FLAGS.includes(name) && (client.writeAttributes?.includes(name) ?? true);
  if (!names.every(mayWrite)) throw new AwsError("NotAuthorizedException", "A client attempted to write unauthorized attribute");
}

/** Throws `InvalidParameterException` for attributes the pool's schema does not admit. */
export function assertAttributesFit(pool: PoolRecord, attributes: Attributes, { isNew }: { isNew: boolean }): void {
  for (const [name, value] of Object.entries(attributes)) {
    const definition = pool.attributes.find((candidate) => candidate.name === name);
    if (definition === undefined) refuse(`Attributes did not conform to the schema: Type for attribute {${name}} could not be determined`);
    if (!isNew && !definition.isMutable) refuse(`user.${name}: Attribute cannot be updated.`);
    assertValueFits(definition, value);
  }
  const missing = isNew ? pool.attributes.filter((definition) => definition.isRequired && definition.name !== "sub") : [];
  const absent = missing.filter((definition) => (attributes[definition.name] ?? "") === "");
  if (absent.length > 0) {
    refuse(
      `Attributes did not conform to the schema: ${absent.map((it) => `${it.name}: The attribute ${it.name} is required`).join("; ")}\n`,
    );
  }
}

function assertValueFits(definition: AttributeDefinition, value: string): void {
  const { name, minimum = 0, maximum = 2048 } = definition;
  if (name === "email" && value !== "" && !/^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]+$/.test(value)) refuse("Invalid email address format.");
  if (name === "phone_number" && value !== "" && !/^\+\d{6,15}$/.test(value)) refuse("Invalid phone number format.");
  if (VERIFIED_FLAGS.includes(name) && value !== "true" && value !== "false") refuse(`Attribute ${name} must be a boolean.`);
  const measure = definition.type === "Number" ? Number(value) : value.length;
  if (Number.isNaN(measure) || measure > maximum || measure < minimum) {
    refuse(`Attributes did not conform to the schema: ${name}: String must be between ${minimum} and ${maximum} characters\n`);
  }
}

/**
 * Writes checked attributes into the stored user and returns it. A client that changes an address loses its verified
 * mark, as on AWS; a taken alias throws `AliasExistsException`.
 */
export function writeAttributes(pools: UserPools, user: UserRecord, attributes: Attributes, { isClient }: AttributeWriter): UserRecord {
  const pool = pools.directory.pool(user.poolId);
  if (pool === undefined) throw new AwsError("ResourceNotFoundException", `User pool ${user.poolId} does not exist.`);
  assertAttributesFit(pool, attributes, { isNew: false });
  const merged: Record<string, string> = { ...user.attributes, ...attributes };
  for (const name of ["email", "phone_number"]) {
    const isChanged = attributes[name] !== undefined && attributes[name] !== user.attributes[name];
    if (isChanged && (isClient || attributes[`${name}_verified`] === undefined)) merged[`${name}_verified`] = "false";
  }
  for (const [name, value] of Object.entries(merged)) if (value === "") delete merged[name];
  assertAliasesFree(pools, pool, { ...user, attributes: merged });
  const changed: UserRecord = { ...user, attributes: merged, modifiedAtMs: pools.context.clock.nowMs() };
  pools.directory.users.put(changed);
  return changed;
}

/** Throws `AliasExistsException` when another user holds one of this user's active sign-in names. */
export function assertAliasesFree(pools: UserPools, pool: PoolRecord, user: UserRecord): void {
  const isActive = (name: string) =>
    pool.usernameAttributes.includes(name) || name === "preferred_username" || user.attributes[`${name}_verified`] === "true";
  for (const name of [...pool.aliasAttributes, ...pool.usernameAttributes].filter(isActive)) {
    const value = user.attributes[name];
    const holder = value === undefined ? undefined : pools.directory.users.holderOf(pool.poolId, name, value);
    if (holder !== undefined && holder.sub !== user.sub) {
      throw new AwsError("AliasExistsException", `An account with the given ${name} already exists.`);
    }
  }
}

function refuse(message: string): never {
  throw new AwsError("InvalidParameterException", message);
}
