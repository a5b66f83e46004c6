import type { Adapter, AdapterPayload } from "oidc-provider";

interface Entry {
  readonly payload: AdapterPayload;
  readonly expiresAtMs: number;
}

const ENTRIES_MAX = 5000;

/** Sessions and codes of one provider, in memory: whoever is signed in here signs in again after a restart. */
export function createAdapterFactory(): (model: string) => Adapter {
  const entries = new Map<string, Entry>();
  const read = (key: string): AdapterPayload | undefined => {
    const entry = entries.get(key);
    if (entry === undefined || entry.expiresAtMs > Date.now()) return entry?.payload;
    entries.delete(key);
    return undefined;
  };
  const findIn = (model: string, isWanted: (payload: AdapterPayload) => boolean) =>
    [...entries.keys()]
      .filter((key) => key.startsWith(`${model}:`))
      .map(read)
      .find((payload) => payload !== undefined && isWanted(payload));
  return (model) => ({
    upsert: (id, payload, expiresInSeconds) => {
      const oldest = entries.keys().next().value;
      if (entries.size >= ENTRIES_MAX && oldest !== undefined) entries.delete(oldest);
      entries.set(`${model}:${id}`, { payload, expiresAtMs: Date.now() + (expiresInSeconds ?? 86_400) * 1000 });
      return Promise.resolve(undefined);
    },
    find: (id) => Promise.resolve(read(`${model}:${id}`)),
    findByUid: (uid) => Promise.resolve(findIn(model, (payload) => payload.uid === uid)),
    findByUserCode: (userCode) => Promise.resolve(findIn(model, (payload) => payload.userCode === userCode)),
    consume: (id) => {
      const payload = read(`${model}:${id}`);
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
      return Promise.resolve(undefined);
    },
    destroy: (id) => {
      entries.delete(`${model}:${id}`);
      return Promise.resolve(undefined);
    },
    revokeByGrantId: (grantId) => {
      for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key);
      return Promise.resolve(undefined);
    },
  });
}
