import type { Store } from "../../platform/store.ts";
import type { PoolRecord, UserRecord } from "./records.ts";

/** The people of every pool: on disk, with an index of sign-in names in memory. */
export interface UserTable {
  bySub(poolId: string, sub: string): UserRecord | undefined;
  /** By username, by `sub`, or by a verified alias attribute, as every AWS call that takes a username does. */
  find(poolId: string, loginName: string): UserRecord | undefined;
  /** The user who already holds `value` as verified alias or sign-in attribute. */
  holderOf(poolId: string, attribute: string, value: string): UserRecord | undefined;
  /** In order of creation. */
  all(poolId: string): UserRecord[];
  put(user: UserRecord): void;
  delete(user: UserRecord): void;
}

export function createUserTable(store: Store, poolOf: (poolId: string) => PoolRecord | undefined): UserTable {
  const table = store.table<UserRecord>("cognito-users");
  const bySub = new Map<string, UserRecord>();
  const subByName = new Map<string, string>();

  const nameKey = (poolId: string, kind: string, value: string) =>
    `${poolId}/${kind}/${poolOf(poolId)?.isCaseSensitive === true ? value : value.toLowerCase()}`;

  const namesOf = (user: UserRecord): string[] => {
    // People of an identity provider sign in there: their address must not take the name of one who signs in here.
    const pool = user.identities === undefined ? poolOf(user.poolId) : undefined;
    const signIn = (pool?.usernameAttributes ?? []).filter((name) => user.attributes[name] !== undefined);
    const aliases = (pool?.aliasAttributes ?? []).filter((name) => isAliasActive(user, name));
    return [
      nameKey(user.poolId, "username", user.username),
      ...[...signIn, ...aliases].map((name) => nameKey(user.poolId, name, user.attributes[name] ?? "")),
    ];
  };
  const unindex = (user: UserRecord) => {
    for (const name of namesOf(user)) if (subByName.get(name) === user.sub) subByName.delete(name);
    bySub.delete(`${user.poolId}/${user.sub}`);
  };
  const index = (user: UserRecord) => {
    bySub.set(`${user.poolId}/${user.sub}`, user);
    for (const name of namesOf(user)) subByName.set(name, user.sub);
  };
  for (const [, user] of table.entries()) index(user);

  const byName = (poolId: string, kind: string, value: string) => {
    const sub = subByName.get(nameKey(poolId, kind, value));
    return sub === undefined ? undefined : bySub.get(`${poolId}/${sub}`);
  };
  return {
    bySub: (poolId, sub) => bySub.get(`${poolId}/${sub}`),
    find: (poolId, loginName) => {
      const pool = poolOf(poolId);
      const kinds = ["username", ...(pool?.usernameAttributes ?? []), ...(pool?.aliasAttributes ?? [])];
      for (const kind of kinds) {
        const user = byName(poolId, kind, loginName);
        if (user !== undefined) return user;
      }
      return bySub.get(`${poolId}/${loginName}`);
    },
    holderOf: byName,
    all: (poolId) => [...bySub.values()].filter((user) => user.poolId === poolId).sort((a, b) => a.createdAtMs - b.createdAtMs),
    put: (user) => {
      const before = bySub.get(`${user.poolId}/${user.sub}`);
      table.put(`${user.poolId}/${user.sub}`, user);
      if (before !== undefined) unindex(before);
      index(user);
    },
    delete: (user) => {
      table.delete(`${user.poolId}/${user.sub}`);
      unindex(user);
    },
  };
}

/** AWS lets an alias sign in only once it is verified (preferred_username needs no verification). */
function isAliasActive(user: UserRecord, attribute: string): boolean {
  if (user.attributes[attribute] === undefined) return false;
  return attribute === "preferred_username" || user.attributes[`${attribute}_verified`] === "true";
}
