import type { LoginProvider } from "../cognito-user-pool/login-provider.ts";
import type { Iam, SessionKeys } from "../iam/principal.ts";
import { AwsError } from "../platform/aws-error.ts";
import type { LocalAwsContext } from "../platform/service.ts";
import { chooseAuthenticatedRole, noRole } from "./choose-role.ts";
import { GUEST_SESSION_POLICIES } from "./guest-policies.ts";
import { inputs, parseInput } from "./input-schemas.ts";
import type { Identity, IdentityPool, PoolRecords } from "./pool-records.ts";
import { verifyLogins, type PoolLogin } from "./verify-logins.ts";

export interface PublicOperations {
  readonly context: LocalAwsContext;
  readonly iam: Pick<Iam, "assumeRole">;
  readonly records: PoolRecords;
  loginProviders(): readonly LoginProvider[];
}

type Operation = (parts: PublicOperations, input: unknown) => Promise<unknown>;

/** An hour, fixed in the enhanced flow. Source: "Identity pools authentication flow" (AWS.md B.3). */
const KEYS_LIFETIME_MS = 3_600_000;

/** The operations that need no signature: the token is the proof. */
export const PUBLIC_OPERATIONS: Readonly<Record<string, Operation>> = {
  GetId: async (parts, input) => {
    const { IdentityPoolId, Logins = {} } = parseInput(inputs.getId, input);
    const pool = parts.records.requirePool(IdentityPoolId);
    const logins = await verifyLogins(pool, Logins, parts.loginProviders());
    if (logins.length === 0) requireGuests(pool);
    const links = logins.map(({ link }) => link);
    return { IdentityId: parts.records.identityOf(IdentityPoolId, links, parts.context.clock.nowMs()).identityId };
  },

  GetCredentialsForIdentity: async (parts, input) => {
    const { IdentityId, Logins = {}, CustomRoleArn } = parseInput(inputs.getCredentials, input);
    const { identity, pool, logins } = await identify(parts, IdentityId, Logins);
    const keys = assume(parts, { identity, pool, login: logins[0] }, CustomRoleArn);
    return {
      IdentityId,
      Credentials: {
        AccessKeyId: keys.accessKeyId,
        SecretKey: keys.secretAccessKey,
        SessionToken: keys.sessionToken,
        Expiration: Math.floor(keys.expiresAtMs / 1000),
      },
    };
  },

  GetOpenIdToken: async (parts, input) => {
    const { IdentityId, Logins = {} } = parseInput(inputs.identityAndLogins, input);
    const { pool } = await identify(parts, IdentityId, Logins);
    const reason = Object.keys(pool.roleMappings).length > 0 ? "not supported with RoleMappings" : "not enabled";
    throw new AwsError("InvalidParameterException", `Basic (classic) flow is ${reason}, please use enhanced flow.`);
  },

  UnlinkIdentity: async (parts, input) => {
    const { IdentityId, Logins, LoginsToRemove } = parseInput(inputs.unlink, input);
    const { identity, pool, logins } = await identify(parts, IdentityId, Logins);
    const removed = logins.filter(({ provider }, index) => {
      const name = Object.keys(Logins)[index] ?? "";
      return LoginsToRemove.includes(name) || LoginsToRemove.includes(provider.ProviderName);
    });
    if (removed.length === 0 || pool.identityPoolId !== identity.identityPoolId) throw loginsDoNotMatch();
    parts.records.unlink(
      identity,
      removed.map(({ link }) => link),
      parts.context.clock.nowMs(),
    );
    return undefined;
  },
};

interface Identified {
  readonly identity: Identity;
  readonly pool: IdentityPool;
  readonly logins: readonly PoolLogin[];
}

/** An identity id is no secret: only one of its logins opens it. Logins given for a guest's identity are linked to it. */
async function identify(parts: PublicOperations, identityId: string, given: Readonly<Record<string, string>>): Promise<Identified> {
  const { records, context } = parts;
  const identity = records.requireIdentity(identityId);
  const pool = records.requirePool(identity.identityPoolId);
  const logins = await verifyLogins(pool, given, parts.loginProviders());
  if (logins.length === 0) {
    if (identity.logins.length > 0) throw new AwsError("NotAuthorizedException", `Access to Identity '${identityId}' is forbidden.`);
    requireGuests(pool);
    return { identity, pool, logins };
  }
  const isOwn = ({ link }: PoolLogin) => identity.logins.some(({ provider, sub }) => provider === link.provider && sub === link.sub);
  if (identity.logins.length > 0 && !logins.some(isOwn)) throw loginsDoNotMatch();
  const links = logins.map(({ link }) => link);
  return { identity: records.link(identity, links, context.clock.nowMs()), pool, logins };
}

function assume(
  parts: PublicOperations,
  { identity, pool, login }: { identity: Identity; pool: IdentityPool; login: PoolLogin | undefined },
  customRoleArn: string | undefined,
): SessionKeys {
  const roleArn = login === undefined ? chooseGuestRole(pool, customRoleArn) : chooseAuthenticatedRole(pool, login, customRoleArn);
  const { identityId } = identity;
  try {
    return parts.iam.assumeRole({
      roleArn,
      // The same for everybody: AWS's own constant (AWS.md B.3).
      sessionName: "CognitoIdentityCredentials",
      durationMs: KEYS_LIFETIME_MS,
      by: {
        webIdentityProvider: "cognito-identity.amazonaws.com",
        context: {
          "cognito-identity.amazonaws.com:aud": pool.identityPoolId,
          "cognito-identity.amazonaws.com:sub": identityId,
          "cognito-identity.amazonaws.com:amr": amrOf(login),
        },
      },
      cognito: { identityId, identityPoolId: pool.identityPoolId, isAuthenticated: login !== undefined },
      ...(login === undefined ? { sessionPolicies: GUEST_SESSION_POLICIES } : { tags: tagsOf(pool, login) }),
    });
  } catch (error) {
    parts.context.log.warn({ roleArn, reason: (error as Error).message }, "the identity pool could not assume the role");
    throw noRole();
  }
}

function amrOf(login: PoolLogin | undefined): string[] {
  if (login === undefined) return ["unauthenticated"];
  const { provider, link } = login;
  return ["authenticated", provider.ProviderName, `${provider.ProviderName}:CognitoSignIn:${link.sub}`];
}

function tagsOf(pool: IdentityPool, { provider, verified }: PoolLogin): Record<string, string> {
  const mapped = Object.entries(pool.principalTags[provider.ProviderName] ?? {}).flatMap(([tag, claim]) => {
    const value = verified.claims[claim];
    return typeof value === "string" && value.length <= 256 ? [[tag, value] as const] : [];
  });
  return Object.fromEntries(mapped);
}

function chooseGuestRole(pool: IdentityPool, customRoleArn: string | undefined): string {
  if (customRoleArn !== undefined)
    throw new AwsError("NotAuthorizedException", "Access to the requested role is denied: there is no login.");
  if (pool.roles.unauthenticated === undefined) throw noRole();
  return pool.roles.unauthenticated;
}

function requireGuests(pool: IdentityPool): void {
  if (!pool.allowsGuests) {
    throw new AwsError("NotAuthorizedException", "Unauthenticated access is not supported for this identity pool.");
  }
}

function loginsDoNotMatch(): AwsError {
  return new AwsError(
    "NotAuthorizedException",
    "Logins don't match. Please include at least one valid login for this identity or identity pool.",
  );
}
