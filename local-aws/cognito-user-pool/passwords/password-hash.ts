import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** 16 MB and some 40 ms a hash: dear enough for guessing, cheap enough beside a broker on two cores. */
const COST = { N: 2 ** 14, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const KEY_BYTES = 32;
/** At most two hashes at once: a storm of sign-ins must not take the machine from the broker. */
const PARALLEL_MAX = 2;

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer): Promise<Buffer> {
  if (running < PARALLEL_MAX) running += 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      scrypt(password.normalize("NFC"), salt, KEY_BYTES, COST, (error, key) => (error === null ? resolve(key) : reject(error)));
    });
  } finally {
    // A finished hash hands its place to the next in line.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

/** `scrypt$<salt>$<key>`, both base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt$${salt.toString("base64url")}$${(await derive(password, salt)).toString("base64url")}`;
}

/** Also takes its time when there is no hash, so that an unknown user answers as slowly as a known one. */
export async function isPasswordCorrect(password: string, hash: string | undefined): Promise<boolean> {
  const [, salt = "", key = ""] = (hash ?? "scrypt$AAAAAAAAAAAAAAAAAAAAAA$").split("$");
  const expected = Buffer.from(key, "base64url");
  const actual = await derive(password, Buffer.from(salt, "base64url"));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
