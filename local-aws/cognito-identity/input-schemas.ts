import { z } from "zod";
import { AwsError } from "../platform/aws-error.ts";
import { roleMappingSchema, rolesSchema } from "./pool-resources.ts";

/** Constraints of the service model `cognito-identity` (AWS.md B.1). */
const id = z
  .string()
  .min(1)
  .max(55)
  .regex(/^[\w-]+:[0-9a-f-]+$/);
const logins = z
  .record(z.string().min(1).max(128), z.string().min(1).max(50_000))
  .refine((map) => Object.keys(map).length <= 10, "at most 10 logins");
const pageSize = z.int().min(1).max(60);

export const inputs = {
  getId: z.object({ IdentityPoolId: id, AccountId: z.string().max(15).optional(), Logins: logins.optional() }),
  getCredentials: z.object({ IdentityId: id, Logins: logins.optional(), CustomRoleArn: z.string().min(20).max(2048).optional() }),
  identityAndLogins: z.object({ IdentityId: id, Logins: logins.optional() }),
  unlink: z.object({ IdentityId: id, Logins: logins, LoginsToRemove: z.array(z.string()) }),
  pool: z.object({ IdentityPoolId: id }),
  identity: z.object({ IdentityId: id }),
  listPools: z.object({ MaxResults: pageSize, NextToken: z.string().optional() }),
  listIdentities: z.object({
    IdentityPoolId: id,
    MaxResults: pageSize,
    NextToken: z.string().optional(),
    HideDisabled: z.boolean().optional(),
  }),
  deleteIdentities: z.object({ IdentityIdsToDelete: z.array(id).min(1).max(60) }),
  setRoles: z.object({ IdentityPoolId: id, Roles: rolesSchema, RoleMappings: z.record(z.string(), roleMappingSchema).optional() }),
} as const;

/** Throws AwsError `InvalidParameterException` in the words of AWS's model validation. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const [member = ""] = issue?.path ?? [];
  const name = String(member).charAt(0).toLowerCase() + String(member).slice(1);
  const constraint =
    issue?.code === "invalid_format" ? "Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+" : (issue?.message ?? "");
  throw new AwsError(
    "InvalidParameterException",
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: ${constraint}`,
  );
}
