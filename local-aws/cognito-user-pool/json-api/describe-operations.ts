import { z } from "zod";
import { AwsError } from "../../platform/aws-error.ts";
import type { ClientRecord, PoolRecord } from "../directory/records.ts";
import { poolArn } from "../resources/user-pool-handler.ts";
import type { UserPools } from "../user-pools.ts";
import { paginate } from "./list-users.ts";
import { adminOperation, type Operations } from "./operation.ts";
import { toTimestamp } from "./shapes.ts";

/** Reading a pool's own settings. */
export const DESCRIBE_OPERATIONS: Operations = {
  DescribeUserPool: adminOperation({}, (pools, pool) => ({ UserPool: describePool(pools, pool) })),
  DescribeUserPoolClient: adminOperation({ ClientId: z.string() }, (pools, pool, { ClientId }) => {
    const client = pools.directory.client(ClientId);
    if (client?.poolId !== pool.poolId) throw new AwsError("ResourceNotFoundException", `User pool client ${ClientId} does not exist.`);
    return { UserPoolClient: describeClient(client) };
  }),
  ListUserPoolClients: adminOperation(
    { MaxResults: z.number().int().min(1).max(60).optional(), NextToken: z.string().min(1).optional() },
    (pools, pool, { MaxResults: limit, NextToken: token }) => {
      const page = paginate(pools.directory.clients(pool.poolId), { limit, token, idOf: (client) => client.clientId });
      const clients = page.items.map(({ clientId, poolId, name }) => ({ ClientId: clientId, UserPoolId: poolId, ClientName: name }));
      return { UserPoolClients: clients, ...(page.next === undefined ? {} : { NextToken: page.next }) };
    },
  ),
};

function describePool(pools: UserPools, pool: PoolRecord): object {
  const { passwordPolicy: policy } = pool;
  return {
    Id: pool.poolId,
    Name: pool.name,
    Arn: poolArn(pools, pool.poolId),
    Domain: pools.directory.domain(pool.poolId)?.domain,
    CreationDate: toTimestamp(pool.createdAtMs),
    LastModifiedDate: toTimestamp(pool.modifiedAtMs),
    EstimatedNumberOfUsers: pools.directory.users.all(pool.poolId).length,
    MfaConfiguration: pool.mfa,
    AliasAttributes: pool.aliasAttributes,
    UsernameAttributes: pool.usernameAttributes,
    AutoVerifiedAttributes: pool.autoVerifiedAttributes,
    UsernameConfiguration: { CaseSensitive: pool.isCaseSensitive },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: !pool.isSignUpAllowed },
    Policies: {
      PasswordPolicy: {
        MinimumLength: policy.minimumLength,
        RequireLowercase: policy.requiresLowercase,
        RequireUppercase: policy.requiresUppercase,
        RequireNumbers: policy.requiresNumbers,
        RequireSymbols: policy.requiresSymbols,
        TemporaryPasswordValidityDays: policy.temporaryPasswordValidityDays,
      },
    },
    SchemaAttributes: pool.attributes.map((it) => ({
      Name: it.name,
      AttributeDataType: it.type,
      Mutable: it.isMutable,
      Required: it.isRequired,
      DeveloperOnlyAttribute: false,
    })),
  };
}

function describeClient(client: ClientRecord): object {
  return {
    UserPoolId: client.poolId,
    ClientId: client.clientId,
    ClientName: client.name,
    ClientSecret: client.secret,
    CallbackURLs: client.callbackUrls,
    LogoutURLs: client.logoutUrls,
    AllowedOAuthFlowsUserPoolClient: client.isOAuthOn,
    AllowedOAuthFlows: client.oauthFlows,
    AllowedOAuthScopes: client.oauthScopes,
    SupportedIdentityProviders: client.identityProviders,
    ExplicitAuthFlows: client.authFlows,
    ReadAttributes: client.readAttributes,
    WriteAttributes: client.writeAttributes,
    PreventUserExistenceErrors: client.isUserExistenceHidden ? "ENABLED" : "LEGACY",
    EnableTokenRevocation: client.isRevocationOn,
    IdTokenValidity: client.idTokenLifetimeMs / 60_000,
    AccessTokenValidity: client.accessTokenLifetimeMs / 60_000,
    RefreshTokenValidity: client.refreshTokenLifetimeMs / 60_000,
    TokenValidityUnits: { IdToken: "minutes", AccessToken: "minutes", RefreshToken: "minutes" },
    AuthSessionValidity: client.challengeLifetimeMs / 60_000,
    ...(client.rotation === undefined
      ? {}
      : { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: client.rotation.graceMs / 1000 } }),
    CreationDate: toTimestamp(client.createdAtMs),
    LastModifiedDate: toTimestamp(client.modifiedAtMs),
  };
}
