import { randomInt } from "node:crypto";
import type { ResourceHandler } from "../../provisioning/resource-handler.ts";
import type { PoolRecord } from "../directory/records.ts";
import type { UserPools } from "../user-pools.ts";
import { toAttributeDefinitions } from "./pool-attributes.ts";
import { userPoolSchema, type UserPoolProperties } from "./user-pool-schema.ts";

const ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** AWS::Cognito::UserPool. */
export function createUserPoolHandler(pools: UserPools): ResourceHandler {
  const { context, directory, keys, tokens } = pools;
  return {
    schema: userPoolSchema,
    apply: async ({ logicalId, properties, physicalId }) => {
      const poolId = physicalId ?? `${context.region}_${randomId()}`;
      await keys.ensure(poolId);
      const nowMs = context.clock.nowMs();
      const createdAtMs = directory.pool(poolId)?.createdAtMs ?? nowMs;
      const settings = toPool(userPoolSchema.parse(properties), logicalId);
      directory.putPool({ ...settings, poolId, createdAtMs, modifiedAtMs: nowMs });
      const issuer = tokens.issuerOf(poolId);
      return {
        physicalId: poolId,
        attributes: {
          UserPoolId: poolId,
          Arn: poolArn(pools, poolId),
          ProviderName: issuer.replace(/^https?:\/\//, ""),
          ProviderURL: issuer,
        },
      };
    },
  };
}

export function poolArn({ context }: Pick<UserPools, "context">, poolId: string): string {
  return `arn:aws:cognito-idp:${context.region}:${context.accountId}:userpool/${poolId}`;
}

function randomId(): string {
  return Array.from({ length: 9 }, () => ID_CHARACTERS.charAt(randomInt(ID_CHARACTERS.length))).join("");
}

function toPool(properties: UserPoolProperties, logicalId: string): Omit<PoolRecord, "poolId" | "createdAtMs" | "modifiedAtMs"> {
  const policy = properties.Policies?.PasswordPolicy ?? {};
  const mfa = properties.MfaConfiguration ?? "OFF";
  const recovery = properties.AccountRecoverySetting?.RecoveryMechanisms ?? [];
  return {
    name: properties.UserPoolName ?? logicalId,
    // Where the template is silent these are the API's own defaults.
    passwordPolicy: {
      minimumLength: policy.MinimumLength ?? 8,
      requiresLowercase: policy.RequireLowercase ?? true,
      requiresUppercase: policy.RequireUppercase ?? true,
      requiresNumbers: policy.RequireNumbers ?? true,
      requiresSymbols: policy.RequireSymbols ?? true,
      temporaryPasswordValidityDays: policy.TemporaryPasswordValidityDays ?? 7,
    },
    isSignUpAllowed: properties.AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true,
    aliasAttributes: properties.AliasAttributes ?? [],
    usernameAttributes: properties.UsernameAttributes ?? [],
    autoVerifiedAttributes: properties.AutoVerifiedAttributes ?? [],
    verifiedBeforeUpdate: properties.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [],
    isCaseSensitive: properties.UsernameConfiguration?.CaseSensitive ?? true,
    mfa,
    isTotpEnabled: mfa !== "OFF",
    isSelfRecoveryAllowed: !recovery.some((mechanism) => mechanism.Name === "admin_only"),
    attributes: toAttributeDefinitions(properties.Schema),
  };
}
