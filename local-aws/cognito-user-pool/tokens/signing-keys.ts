import { createPrivateKey, createPublicKey, generateKeyPair, randomBytes, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { Store } from "../../platform/store.ts";
import type { VerificationKey } from "./verify-token.ts";

const generate = promisify(generateKeyPair);

export type TokenUse = "id" | "access";

interface StoredKey {
  readonly kid: string;
  readonly use: TokenUse;
  readonly privatePem: string;
  readonly isCurrent: boolean;
}

/** The two RSA keys of each pool: one signs ID tokens, the other access tokens. */
export interface SigningKeys {
  /** Makes the pool's keys unless it has them. */
  ensure(poolId: string): Promise<void>;
  current(poolId: string, use: TokenUse): { readonly kid: string; readonly privateKey: KeyObject };
  verificationKeys(poolId: string): readonly VerificationKey[];
  /** The pool's `jwks.json`. */
  jwks(poolId: string): { keys: Record<string, unknown>[] };
  /** Signs with new keys from now on; `isOldDropped` also stops honouring what the old ones signed. */
  rotate(poolId: string, isOldDropped: boolean): Promise<void>;
}

interface LiveKey extends VerificationKey {
  readonly isCurrent: boolean;
  readonly privateKey: KeyObject;
}

export function createSigningKeys(store: Store): SigningKeys {
  const table = store.table<StoredKey[]>("cognito-signing-keys");
  const live = new Map<string, readonly LiveKey[]>();
  const keysOf = (poolId: string): readonly LiveKey[] => {
    const known = live.get(poolId) ?? (table.get(poolId) ?? []).map(toLiveKey);
    live.set(poolId, known);
    return known;
  };
  const save = (poolId: string, keys: StoredKey[]) => {
    table.put(poolId, keys);
    live.delete(poolId);
  };
  return {
    ensure: async (poolId) => {
      if (table.get(poolId) === undefined) save(poolId, await makePair());
    },
    current: (poolId, use) => {
      const key = keysOf(poolId).find((candidate) => candidate.use === use && candidate.isCurrent);
      if (key === undefined) throw new Error(`user pool ${poolId} has no signing key`);
      return key;
    },
    verificationKeys: keysOf,
    jwks: (poolId) => ({ keys: keysOf(poolId).map(toJwk) }),
    rotate: async (poolId, isOldDropped) => {
      const fresh = await makePair();
      const old = isOldDropped ? [] : (table.get(poolId) ?? []).map((key) => ({ ...key, isCurrent: false }));
      save(poolId, [...fresh, ...old]);
    },
  };
}

async function makePair(): Promise<StoredKey[]> {
  return Promise.all([makeKey("id"), makeKey("access")]);
}

async function makeKey(use: TokenUse): Promise<StoredKey> {
  const { privateKey } = await generate("rsa", { modulusLength: 2048 });
  const privatePem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  // AWS's key ids are 32 random bytes in base64 with its padding.
  return { kid: randomBytes(32).toString("base64"), use, privatePem, isCurrent: true };
}

function toLiveKey({ kid, use, isCurrent, privatePem }: StoredKey): LiveKey {
  const privateKey = createPrivateKey(privatePem);
  return { kid, use, isCurrent, privateKey, publicKey: createPublicKey(privateKey) };
}

function toJwk({ kid, publicKey }: LiveKey): Record<string, unknown> {
  const { e, n } = publicKey.export({ format: "jwk" });
  return { alg: "RS256", e, kid, kty: "RSA", n, use: "sig" };
}
