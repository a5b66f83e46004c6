import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { ResourceHandler } from "../provisioning/resource-handler.ts";
import type { IdentityPool, PoolRecords } from "./pool-records.ts";

/** CloudFormation takes booleans as text too. */
const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);

const poolSchema = z.strictObject({
  IdentityPoolName: z.string().optional(),
  AllowUnauthenticatedIdentities: flag,
  // The classic flow lets the caller choose the role; the stand-in has no way to switch it on.
  AllowClassicFlow: flag.refine((isOn) => !isOn, "the local AWS has no classic flow").optional(),
  CognitoIdentityProviders: z
    .array(z.strictObject({ ProviderName: z.string(), ClientId: z.string(), ServerSideTokenCheck: flag.default(false) }))
    .default([]),
  IdentityPoolTags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

const rule = z.strictObject({
  Claim: z.string(),
  MatchType: z.enum(["Equals", "Contains", "StartsWith", "NotEqual"]),
  Value: z.string(),
  RoleARN: z.string(),
});
export const roleMappingSchema = z.strictObject({
  Type: z.enum(["Token", "Rules"]),
  AmbiguousRoleResolution: z.enum(["AuthenticatedRole", "Deny"]).optional(),
  RulesConfiguration: z.strictObject({ Rules: z.array(rule).min(1).max(25) }).optional(),
});
export const rolesSchema = z.strictObject({ authenticated: z.string().optional(), unauthenticated: z.string().optional() });

const attachmentSchema = z.strictObject({
  IdentityPoolId: z.string(),
  Roles: rolesSchema.default({}),
  RoleMappings: z.record(z.string(), roleMappingSchema.extend({ IdentityProvider: z.string().optional() })).default({}),
});

const tagsSchema = z.strictObject({
  IdentityPoolId: z.string(),
  IdentityProviderName: z.string(),
  UseDefaults: flag.optional(),
  PrincipalTags: z.record(z.string().max(128), z.string()).optional(),
});

const EMPTY = { roles: {}, roleMappings: {}, principalTags: {} } satisfies Partial<IdentityPool>;

/** The identity pool's CloudFormation types. A pool with its identities stays when it leaves the template. */
export function createPoolResourceHandlers(records: PoolRecords, region: string): Record<string, ResourceHandler> {
  return {
    "AWS::Cognito::IdentityPool": {
      schema: poolSchema,
      apply: ({ logicalId, properties, physicalId }) => {
        const pool = poolSchema.parse(properties);
        const identityPoolId = physicalId ?? `${region}:${randomUUID()}`;
        const name = pool.IdentityPoolName ?? logicalId;
        records.putPool({
          ...(records.pool(identityPoolId) ?? EMPTY),
          identityPoolId,
          name,
          allowsGuests: pool.AllowUnauthenticatedIdentities,
          providers: pool.CognitoIdentityProviders,
        });
        return { physicalId: identityPoolId, attributes: { Name: name } };
      },
    },
    "AWS::Cognito::IdentityPoolRoleAttachment": {
      schema: attachmentSchema,
      apply: ({ properties }) => {
        const { IdentityPoolId: id, Roles: roles, RoleMappings } = attachmentSchema.parse(properties);
        const mappings = Object.entries(RoleMappings).map(([key, { IdentityProvider, ...mapping }]) => [IdentityProvider ?? key, mapping]);
        records.putPool({ ...records.requirePool(id), roles, roleMappings: Object.fromEntries(mappings) as IdentityPool["roleMappings"] });
        return { physicalId: id, attributes: { Id: id } };
      },
      remove: ({ physicalId }) => {
        const pool = records.pool(physicalId);
        if (pool !== undefined) records.putPool({ ...pool, roles: {}, roleMappings: {} });
      },
    },
    "AWS::Cognito::IdentityPoolPrincipalTag": principalTagHandler(records),
  };
}

/** Source: "Using attributes for access control", default mappings. */
const DEFAULT_TAGS = { client: "aud", username: "sub" };

function principalTagHandler(records: PoolRecords): ResourceHandler {
  return {
    schema: tagsSchema,
    apply: ({ properties }) => {
      const { IdentityPoolId: id, IdentityProviderName: provider, UseDefaults, PrincipalTags } = tagsSchema.parse(properties);
      const pool = records.requirePool(id);
      const tags = UseDefaults === true ? DEFAULT_TAGS : (PrincipalTags ?? {});
      records.putPool({ ...pool, principalTags: { ...pool.principalTags, [provider]: tags } });
      return { physicalId: `${id}|${provider}`, attributes: {} };
    },
    remove: ({ physicalId }) => {
      const [id = "", ...provider] = physicalId.split("|");
      const pool = records.pool(id);
      if (pool === undefined) return;
      const kept = Object.entries(pool.principalTags).filter(([name]) => name !== provider.join("|"));
      records.putPool({ ...pool, principalTags: Object.fromEntries(kept) });
    },
  };
}
