import { hmacSha256, sha256, toHex } from "../sha256.ts";

/** A digest as the SDK's URL builder uses it: a key for the next one, or its hex. */
export interface Digest {
  readonly bytes: Uint8Array;
  toString: () => string;
}

const utf8 = new TextEncoder();
const bytesOf = (part: string | Digest): Uint8Array => (typeof part === "string" ? utf8.encode(part) : part.bytes);
const digestOf = (bytes: Uint8Array): Digest => ({ bytes, toString: () => toHex(bytes) });

/** Stands in for crypto-js in the live worker's build: the SDK takes these two functions of its forty, and we have them. */
export const SHA256 = (message: string | Digest): Digest => digestOf(sha256(bytesOf(message)));

/** See SHA256. */
export const HmacSHA256 = (message: string | Digest, key: string | Digest): Digest => digestOf(hmacSha256(bytesOf(key), bytesOf(message)));
