import type { AttributeDefinition } from "../directory/records.ts";
import type { UserPoolProperties } from "./user-pool-schema.ts";

const STANDARD = [
  "name",
  "given_name",
  "family_name",
  "middle_name",
  "nickname",
  "preferred_username",
  "profile",
  "picture",
  "website",
  "email",
  "gender",
  "birthdate",
  "zoneinfo",
  "locale",
  "phone_number",
  "address",
];

/** Every attribute of a pool: the OpenID Connect ones AWS always has, changed and extended by the template's `Schema`. */
export function toAttributeDefinitions(schema: UserPoolProperties["Schema"] = []): AttributeDefinition[] {
  const definitions = new Map<string, AttributeDefinition>(
    STANDARD.map((name) => [name, { name, type: "String", isRequired: false, isMutable: true }]),
  );
  definitions.set("updated_at", { name: "updated_at", type: "Number", isRequired: false, isMutable: true });
  for (const name of ["email_verified", "phone_number_verified"]) {
    definitions.set(name, { name, type: "Boolean", isRequired: false, isMutable: true });
  }
  for (const entry of schema) {
    const isStandard = definitions.has(entry.Name);
    const name = isStandard || entry.Name.startsWith("custom:") ? entry.Name : `custom:${entry.Name}`;
    const bounds = entry.StringAttributeConstraints ?? {};
    const range = entry.NumberAttributeConstraints ?? {};
    const [minimum, maximum] =
      "MinValue" in range || "MaxValue" in range ? [range.MinValue, range.MaxValue] : [bounds.MinLength, bounds.MaxLength];
    definitions.set(name, {
      name,
      type: entry.AttributeDataType ?? "String",
      isRequired: entry.Required ?? false,
      isMutable: entry.Mutable ?? true,
      ...(minimum === undefined ? {} : { minimum: Number(minimum) }),
      ...(maximum === undefined ? {} : { maximum: Number(maximum) }),
    });
  }
  return [...definitions.values()];
}
