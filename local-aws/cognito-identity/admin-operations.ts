import { AwsError } from "../platform/aws-error.ts";
import { inputs, parseInput } from "./input-schemas.ts";
import type { Identity, IdentityPool, PoolRecords } from "./pool-records.ts";

export interface AdminOperation {
  /** Pool that the call is about, for the resource that IAM is asked for; undefined for calls without one. */
  poolIdOf(input: unknown): string | undefined;
  run(records: PoolRecords, input: unknown): unknown;
}

const poolIdOf = (input: unknown) => parseInput(inputs.pool, input).IdentityPoolId;
const noPool = () => undefined;

/** The signed operations that a deployer or a test needs; the rest of the service is not emulated. */
export const ADMIN_OPERATIONS: Readonly<Record<string, AdminOperation>> = {
  DescribeIdentityPool: { poolIdOf, run: (records, input) => describePool(records.requirePool(poolIdOf(input))) },

  ListIdentityPools: {
    poolIdOf: noPool,
    run: (records, input) => {
      const { MaxResults, NextToken } = parseInput(inputs.listPools, input);
      const page = pageOf(records.pools(), ({ identityPoolId }) => identityPoolId, { MaxResults, NextToken });
      return {
        IdentityPools: page.rows.map(({ identityPoolId: IdentityPoolId, name: IdentityPoolName }) => ({
          IdentityPoolId,
          IdentityPoolName,
        })),
        ...page.next,
      };
    },
  },

  GetIdentityPoolRoles: {
    poolIdOf,
    run: (records, input) => {
      const { identityPoolId, roles, roleMappings } = records.requirePool(poolIdOf(input));
      return { IdentityPoolId: identityPoolId, Roles: roles, ...(Object.keys(roleMappings).length > 0 && { RoleMappings: roleMappings }) };
    },
  },

  SetIdentityPoolRoles: {
    poolIdOf,
    run: (records, input) => {
      const { IdentityPoolId, Roles, RoleMappings = {} } = parseInput(inputs.setRoles, input);
      records.putPool({ ...records.requirePool(IdentityPoolId), roles: Roles, roleMappings: RoleMappings });
      return undefined;
    },
  },

  ListIdentities: {
    poolIdOf,
    run: (records, input) => {
      const { IdentityPoolId, MaxResults, NextToken } = parseInput(inputs.listIdentities, input);
      records.requirePool(IdentityPoolId);
      const page = pageOf(records.identities(IdentityPoolId), ({ identityId }) => identityId, { MaxResults, NextToken });
      return { IdentityPoolId, Identities: page.rows.map(describeIdentity), ...page.next };
    },
  },

  DescribeIdentity: {
    poolIdOf: noPool,
    run: (records, input) => describeIdentity(records.requireIdentity(parseInput(inputs.identity, input).IdentityId)),
  },

  DeleteIdentities: {
    poolIdOf: noPool,
    run: (records, input) => {
      for (const id of parseInput(inputs.deleteIdentities, input).IdentityIdsToDelete) records.deleteIdentity(id);
      return { UnprocessedIdentityIds: [] };
    },
  },
};

function describePool(pool: IdentityPool): unknown {
  return {
    IdentityPoolId: pool.identityPoolId,
    IdentityPoolName: pool.name,
    AllowUnauthenticatedIdentities: pool.allowsGuests,
    AllowClassicFlow: false,
    CognitoIdentityProviders: pool.providers,
    IdentityPoolTags: {},
  };
}

function describeIdentity({ identityId, logins, createdAtMs, modifiedAtMs }: Identity): unknown {
  return {
    IdentityId: identityId,
    ...(logins.length > 0 && { Logins: logins.map(({ provider }) => provider) }),
    CreationDate: createdAtMs / 1000,
    LastModifiedDate: modifiedAtMs / 1000,
  };
}

function pageOf<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  { MaxResults, NextToken }: { MaxResults: number; NextToken: string | undefined },
): { rows: readonly Row[]; next: { NextToken?: string } } {
  const after = NextToken === undefined ? undefined : Buffer.from(NextToken, "base64url").toString("utf8");
  if (after !== undefined && !rows.some((row) => keyOf(row) === after))
    throw new AwsError("InvalidParameterException", "Invalid NextToken");
  const from = after === undefined ? 0 : rows.findIndex((row) => keyOf(row) === after) + 1;
  const page = rows.slice(from, from + MaxResults);
  const last = page.at(-1);
  const hasMore = from + MaxResults < rows.length && last !== undefined;
  return { rows: page, next: hasMore ? { NextToken: Buffer.from(keyOf(last)).toString("base64url") } : {} };
}
