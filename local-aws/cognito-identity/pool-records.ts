import { randomUUID } from "node:crypto";
import { AwsError } from "../platform/aws-error.ts";
import type { Store } from "../platform/store.ts";

export type AmbiguousRoleResolution = "AuthenticatedRole" | "Deny";

export interface RoleRule {
  readonly Claim: string;
  readonly MatchType: "Equals" | "Contains" | "StartsWith" | "NotEqual";
  readonly Value: string;
  readonly RoleARN: string;
}

export interface RoleMapping {
  readonly Type: "Token" | "Rules";
  readonly AmbiguousRoleResolution?: AmbiguousRoleResolution | undefined;
  readonly RulesConfiguration?: { readonly Rules: readonly RoleRule[] } | undefined;
}

export interface PoolProvider {
  readonly ProviderName: string;
  readonly ClientId: string;
  readonly ServerSideTokenCheck: boolean;
}

export interface IdentityPool {
  readonly identityPoolId: string;
  readonly name: string;
  readonly allowsGuests: boolean;
  readonly providers: readonly PoolProvider[];
  readonly roles: { readonly authenticated?: string | undefined; readonly unauthenticated?: string | undefined };
  /** By `<provider name>:<app client id>`. */
  readonly roleMappings: Readonly<Record<string, RoleMapping>>;
  /** Session tag -> claim, by provider name. */
  readonly principalTags: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A login of an identity; `provider` is the user pool's name on AWS, which no local port is part of. */
export interface LinkedLogin {
  readonly provider: string;
  readonly sub: string;
}

export interface Identity {
  readonly identityId: string;
  readonly identityPoolId: string;
  readonly logins: readonly LinkedLogin[];
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

/** Pools and identities, kept in the store. Every write is kept when its call returns. */
export interface PoolRecords {
  pool(identityPoolId: string): IdentityPool | undefined;
  pools(): readonly IdentityPool[];
  /** Throws AwsError `ResourceNotFoundException`. */
  requirePool(identityPoolId: string): IdentityPool;
  putPool(pool: IdentityPool): void;
  deletePool(identityPoolId: string): void;
  /** Throws AwsError `ResourceNotFoundException`. */
  requireIdentity(identityId: string): Identity;
  identities(identityPoolId: string): readonly Identity[];
  /** The identity of these logins, made or linked when there is none. Throws AwsError `ResourceConflictException`. */
  identityOf(identityPoolId: string, logins: readonly LinkedLogin[], nowMs: number): Identity;
  /** Links further logins. Throws AwsError `ResourceConflictException` when one belongs to another identity. */
  link(identity: Identity, logins: readonly LinkedLogin[], nowMs: number): Identity;
  unlink(identity: Identity, logins: readonly LinkedLogin[], nowMs: number): Identity;
  deleteIdentity(identityId: string): void;
}

export function openPoolRecords(store: Store, region: string): PoolRecords {
  const pools = store.table<IdentityPool>("identity-pools");
  const identities = store.table<Identity>("identities");
  const byLogin = store.table<string>("identities-by-login");
  const loginKey = (poolId: string, { provider, sub }: LinkedLogin) => `${poolId}|${provider}|${sub}`;

  const put = (identity: Identity, nowMs: number): Identity =>
    store.transaction(() => {
      const next = { ...identity, modifiedAtMs: nowMs };
      identities.put(next.identityId, next);
      for (const login of next.logins) byLogin.put(loginKey(next.identityPoolId, login), next.identityId);
      return next;
    });
  const link: PoolRecords["link"] = (identity, logins, nowMs) => {
    for (const login of logins) {
      const owner = byLogin.get(loginKey(identity.identityPoolId, login));
      if (owner !== undefined && owner !== identity.identityId) {
        throw new AwsError("ResourceConflictException", "Logins are already linked to another identity.");
      }
    }
    const isNew = (login: LinkedLogin) => !identity.logins.some(({ provider, sub }) => provider === login.provider && sub === login.sub);
    return logins.some(isNew) ? put({ ...identity, logins: [...identity.logins, ...logins.filter(isNew)] }, nowMs) : identity;
  };
  const requirePool: PoolRecords["requirePool"] = (id) => pools.get(id) ?? notFound(`IdentityPool '${id}' not found.`);
  const requireIdentity: PoolRecords["requireIdentity"] = (id) => identities.get(id) ?? notFound(`Identity '${id}' not found.`);
  return {
    pool: (id) => pools.get(id),
    pools: () => pools.entries().map(([, pool]) => pool),
    requirePool,
    putPool: (pool) => pools.put(pool.identityPoolId, pool),
    deletePool: (id) => pools.delete(id),
    requireIdentity,
    identities: (poolId) =>
      identities
        .entries()
        .map(([, identity]) => identity)
        .filter(({ identityPoolId }) => identityPoolId === poolId),
    identityOf: (identityPoolId, logins, nowMs) =>
      store.transaction(() => {
        const [owner] = logins.flatMap((login) => byLogin.get(loginKey(identityPoolId, login)) ?? []);
        if (owner !== undefined) return link(requireIdentity(owner), logins, nowMs);
        const identity = { identityId: `${region}:${randomUUID()}`, identityPoolId, logins, createdAtMs: nowMs, modifiedAtMs: nowMs };
        return put(identity, nowMs);
      }),
    link,
    unlink: (identity, logins, nowMs) =>
      store.transaction(() => {
        for (const login of logins) byLogin.delete(loginKey(identity.identityPoolId, login));
        const isKept = (login: LinkedLogin) => !logins.some(({ provider, sub }) => provider === login.provider && sub === login.sub);
        return put({ ...identity, logins: identity.logins.filter(isKept) }, nowMs);
      }),
    deleteIdentity: (identityId) =>
      store.transaction(() => {
        const identity = identities.get(identityId);
        for (const login of identity?.logins ?? []) byLogin.delete(loginKey(identity?.identityPoolId ?? "", login));
        identities.delete(identityId);
      }),
  };
}

function notFound(message: string): never {
  throw new AwsError("ResourceNotFoundException", message);
}
