import type { Store } from "../../platform/store.ts";
import type { ClientRecord, DomainRecord, GroupRecord, IdentityProviderRecord, PoolRecord } from "./records.ts";
import { createUserTable, type UserTable } from "./user-table.ts";

/** Everything the user pools know about themselves, on disk when each call returns. */
export interface Directory {
  pool(poolId: string): PoolRecord | undefined;
  pools(): PoolRecord[];
  putPool(pool: PoolRecord): void;
  client(clientId: string): ClientRecord | undefined;
  clients(poolId: string): ClientRecord[];
  putClient(client: ClientRecord): void;
  domain(poolId: string): DomainRecord | undefined;
  putDomain(domain: DomainRecord): void;
  group(poolId: string, name: string): GroupRecord | undefined;
  groups(poolId: string): GroupRecord[];
  putGroup(group: GroupRecord): void;
  deleteGroup(poolId: string, name: string): void;
  identityProvider(poolId: string, name: string): IdentityProviderRecord | undefined;
  identityProviders(poolId: string): IdentityProviderRecord[];
  putIdentityProvider(provider: IdentityProviderRecord): void;
  readonly users: UserTable;
}

export function createDirectory(store: Store): Directory {
  const pools = store.table<PoolRecord>("cognito-pools");
  const clients = store.table<ClientRecord>("cognito-clients");
  const domains = store.table<DomainRecord>("cognito-domains");
  const groups = store.table<GroupRecord>("cognito-groups");
  const providers = store.table<IdentityProviderRecord>("cognito-identity-providers");
  const users = createUserTable(store, (poolId) => pools.get(poolId));
  const valuesOf = <Value>(entries: [string, Value][]) => entries.map(([, value]) => value);
  return {
    pool: (poolId) => pools.get(poolId),
    pools: () => valuesOf(pools.entries()),
    putPool: (pool) => pools.put(pool.poolId, pool),
    client: (clientId) => clients.get(clientId),
    clients: (poolId) => valuesOf(clients.entries()).filter((client) => client.poolId === poolId),
    putClient: (client) => clients.put(client.clientId, client),
    domain: (poolId) => domains.get(poolId),
    putDomain: (domain) => domains.put(domain.poolId, domain),
    group: (poolId, name) => groups.get(`${poolId}/${name}`),
    groups: (poolId) => valuesOf(groups.entries(`${poolId}/`)),
    putGroup: (group) => groups.put(`${group.poolId}/${group.name}`, group),
    deleteGroup: (poolId, name) => {
      store.transaction(() => {
        for (const user of users.all(poolId).filter((member) => member.groups.includes(name))) {
          users.put({ ...user, groups: user.groups.filter((group) => group !== name) });
        }
        groups.delete(`${poolId}/${name}`);
      });
    },
    identityProvider: (poolId, name) => providers.get(`${poolId}/${name}`),
    identityProviders: (poolId) => valuesOf(providers.entries(`${poolId}/`)),
    putIdentityProvider: (provider) => providers.put(`${provider.poolId}/${provider.name}`, provider),
    users,
  };
}
