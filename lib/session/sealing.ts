import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals short texts so that only a holder of one of the keys can read them, and only in the place they were sealed for. */
export interface Sealer {
  /** `boundTo` (for example a row's key) is authenticated: the result opens nowhere else. */
  seal(text: string, boundTo: string): string;
  /** The text, or undefined when it was altered, moved, or sealed with a key that is gone. */
  open(sealed: string, boundTo: string): string | undefined;
}

/**
 * AES-256-GCM with a fresh 96-bit nonce per seal; the result is `v1.<key id>.<nonce>.<ciphertext+tag>`, base64url.
 * The first key seals, every key opens, which is how keys rotate without signing anybody out.
 */
export function createSealer(keys: readonly Buffer[]): Sealer {
  const keyring = keys.map((key) => ({ id: keyId(key), key: subkey(key, "thingdeck session tokens") }));
  const [sealing] = keyring;
  if (!sealing) throw new TypeError("a sealer needs a key");
  return {
    seal(text, boundTo) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", sealing.key, nonce).setAAD(Buffer.from(boundTo));
      const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return ["v1", sealing.id, nonce.toString("base64url"), ciphertext.toString("base64url")].join(".");
    },
    open(sealed, boundTo) {
      const [version, id, nonce = "", ciphertext = ""] = sealed.split(".");
      const entry = version === "v1" ? keyring.find((candidate) => candidate.id === id) : undefined;
      return entry && decrypt(entry.key, Buffer.from(nonce, "base64url"), Buffer.from(ciphertext, "base64url"), boundTo);
    },
  };
}

/** A key of its own for each purpose, so that no two uses ever share one. */
export function subkey(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), purpose, 32));
}

function decrypt(key: Buffer, nonce: Buffer, sealed: Buffer, boundTo: string): string | undefined {
  if (nonce.length !== NONCE_BYTES || sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(boundTo))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

function keyId(key: Buffer): string {
  return createHash("sha256").update("thingdeck key id").update(key).digest("hex").slice(0, 8);
}
