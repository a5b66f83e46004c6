import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/**
 * 32 MB and some 100 ms a hash: dear enough for guessing, cheap enough beside a broker on two cores. Not less on purpose:
 * glibc gives blocks of 32 MB and more back when they are freed, and keeps smaller ones, once for every thread that hashed.
 */
const COST_LOG2 = 15;
/** Hashes without a cost in them were made with this one. */
const FORMER_COST_LOG2 = 14;
const KEY_BYTES = 32;
/** At most two hashes at once: a storm of sign-ins must not take the machine from the broker. */
const PARALLEL_MAX = 2;

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, costLog2: number): Promise<Buffer> {
  if (running < PARALLEL_MAX) running += 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const cost = { N: 2 ** costLog2, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
      scrypt(password.normalize("NFC"), salt, KEY_BYTES, cost, (error, key) => (error === null ? resolve(key) : reject(error)));
    });
  } finally {
    // A finished hash hands its place to the next in line.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

/** `scrypt$<salt>$<key>$<log2 of the cost>`, salt and key base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST_LOG2);
  return `scrypt$${salt.toString("base64url")}$${key.toString("base64url")}$${COST_LOG2}`;
}

/** Also takes its time when there is no hash, so that an unknown user answers as slowly as a known one. */
export async function isPasswordCorrect(password: string, hash: string | undefined): Promise<boolean> {
  const [, salt = "", key = "", cost = FORMER_COST_LOG2] = (hash ?? `scrypt$AAAAAAAAAAAAAAAAAAAAAA$$${COST_LOG2}`).split("$");
  const expected = Buffer.from(key, "base64url");
  const actual = await derive(password, Buffer.from(salt, "base64url"), Number(cost));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
