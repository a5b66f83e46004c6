import { createHash, createHmac, getDiffieHellman, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/*
 * Secure Remote Password as Cognito speaks it (SRP-6a over the 3072-bit group of RFC 3526, SHA-256, and a key derived
 * with HKDF under the label "Caldera Derived Key"); written after the public client amazon-cognito-identity-js.
 */

const PRIME_HEX = getDiffieHellman("modp15").getPrime("hex");
const PRIME = BigInt(`0x${PRIME_HEX}`);
const GENERATOR = 2n;
const MULTIPLIER = toBigInt(hashHex(padHex(PRIME) + padHex(GENERATOR)));

/** What is kept of a password for SRP, hexadecimal. */
export interface SrpVerifier {
  readonly salt: string;
  readonly verifier: string;
}

/** Who proves a password: the pool id's part after the underscore, and the username. */
export interface SrpIdentity {
  readonly poolName: string;
  readonly username: string;
}

export function createSrpVerifier({ poolName, username }: SrpIdentity, password: string): SrpVerifier {
  const salt = randomBytes(16).toString("hex");
  const inner = createHash("sha256").update(`${poolName}${username}:${password}`).digest("hex");
  const exponent = toBigInt(hashHex(padHex(toBigInt(salt)) + inner));
  return { salt, verifier: power(GENERATOR, exponent).toString(16) };
}

/** The server's half of an exchange: `serverPublic` goes out as SRP_B, `serverSecret` stays. */
export function startSrp({ verifier }: SrpVerifier): { serverSecret: string; serverPublic: string } {
  const secret = toBigInt(randomBytes(32).toString("hex"));
  return { serverSecret: secret.toString(16), serverPublic: serverPublicOf(verifier, secret).toString(16) };
}

export interface SrpClaim {
  readonly identity: SrpIdentity;
  readonly verifier: SrpVerifier;
  readonly serverSecret: string;
  /** SRP_A, hexadecimal. */
  readonly clientPublic: string;
  /** Base64, as sent to the client. */
  readonly secretBlock: string;
  readonly timestamp: string;
  /** PASSWORD_CLAIM_SIGNATURE, base64. */
  readonly signature: string;
}

export function isSrpClaimGood(claim: SrpClaim): boolean {
  const clientPublic = toBigInt(claim.clientPublic);
  const secret = toBigInt(claim.serverSecret);
  const scrambler = toBigInt(hashHex(padHex(clientPublic) + padHex(serverPublicOf(claim.verifier.verifier, secret))));
  const shared = power((clientPublic * power(toBigInt(claim.verifier.verifier), scrambler)) % PRIME, secret);
  const key = hkdfSync("sha256", bytes(shared), bytes(scrambler), "Caldera Derived Key", 16);
  const expected = createHmac("sha256", Buffer.from(key))
    .update(claim.identity.poolName)
    .update(claim.identity.username)
    .update(Buffer.from(claim.secretBlock, "base64"))
    .update(claim.timestamp)
    .digest();
  const actual = Buffer.from(claim.signature, "base64");
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** SRP_A must be a number of the group and not a multiple of the prime, or anybody could sign in (RFC 5054, 2.5.4). */
export function isClientPublicValid(clientPublic: string): boolean {
  return /^[0-9a-fA-F]{1,770}$/.test(clientPublic) && toBigInt(clientPublic) % PRIME !== 0n;
}

function serverPublicOf(verifier: string, secret: bigint): bigint {
  return (MULTIPLIER * toBigInt(verifier) + power(GENERATOR, secret)) % PRIME;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let factor = base % PRIME;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * factor) % PRIME;
    factor = (factor * factor) % PRIME;
  }
  return result;
}

function toBigInt(hex: string): bigint {
  return BigInt(`0x${hex}`);
}

/** Whole bytes, with a zero byte before a set top bit, as the clients hash their numbers. */
function padHex(value: bigint): string {
  const hex = value.toString(16);
  const even = hex.length % 2 === 1 ? `0${hex}` : hex;
  return /^[89a-f]/.test(even) ? `00${even}` : even;
}

function bytes(value: bigint): Buffer {
  return Buffer.from(padHex(value), "hex");
}

function hashHex(hex: string): string {
  return createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
}
