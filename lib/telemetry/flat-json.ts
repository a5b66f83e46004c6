const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const UPPER_E = 0x45;
const LOWER_E = 0x65;
const LOWER_T = 0x74;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const SPACE = 0x20;
const TILDE = 0x7e;

const TRUE = [0x74, 0x72, 0x75, 0x65];
const FALSE = [0x66, 0x61, 0x6c, 0x73, 0x65];
const NULL = [0x6e, 0x75, 0x6c, 0x6c];

/** A longer payload is not the common case this is for. */
const BYTES_MAX = 2_048;
const STRING_LENGTH_MAX = 96;
/** So many digits are an exact integer below 2^53, and a power of ten up to them is exact: their quotient is rounded once, as JSON.parse rounds. */
const DIGITS_MAX = 15;
const POWERS_OF_TEN = Array.from({ length: DIGITS_MAX + 1 }, (_, exponent) => 10 ** exponent);

/** Names and texts repeat from message to message: each slot remembers the last one that fell into it. */
const SLOT_COUNT = 4_096;
const slots = new Array<{ bytes: Uint8Array; text: string } | undefined>(SLOT_COUNT).fill(undefined);

/** Takes one value; false when it cannot, which ends the reading. */
export type TakeValue = (name: string, value: number | boolean | string | null) => boolean;

/** Where the last token ended. Reading is synchronous and never inside itself, so that one variable spares an object for each token. */
let end = 0;

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  if ((bytes[at] ?? 0) > SPACE) return at;
  // Space, tab, line feed, carriage return (RFC 8259 2).
  for (let byte = bytes[at]; byte === SPACE || byte === 0x09 || byte === 0x0a || byte === 0x0d; byte = bytes[at]) at += 1;
  return at;
}

function isSame(known: Uint8Array, bytes: Uint8Array, from: number): boolean {
  for (let i = 0; i < known.length; i += 1) if (known[i] !== bytes[from + i]) return false;
  return true;
}

/** The string whose first character is at `from`; null when it is long, escaped, or not printable ASCII. */
function readString(bytes: Uint8Array, from: number): string | null {
  let hash = 0x811c9dc5;
  let at = from;
  for (let byte = bytes[at] ?? 0; byte !== QUOTE; byte = bytes[at] ?? 0) {
    if (byte < SPACE || byte > TILDE || byte === BACKSLASH) return null;
    hash = Math.imul(hash ^ byte, 0x01000193);
    at += 1;
  }
  const length = at - from;
  if (length > STRING_LENGTH_MAX) return null;
  end = at + 1;
  const slot = (hash ^ (hash >>> 16)) & (SLOT_COUNT - 1);
  const known = slots[slot];
  if (known?.bytes.length === length && isSame(known.bytes, bytes, from)) return known.text;
  const own = bytes.slice(from, at);
  const text = String.fromCharCode(...own);
  slots[slot] = { bytes: own, text };
  return text;
}

/** The number at `from`; NaN when it is no number, or one that only JSON.parse reads exactly. */
function readNumber(bytes: Uint8Array, from: number): number {
  const isNegative = bytes[from] === MINUS;
  const first = isNegative ? from + 1 : from;
  let at = first;
  let digits = 0;
  let byte = bytes[at] ?? 0;
  for (; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) {
    digits = digits * 10 + (byte - ZERO);
    at += 1;
  }
  let digitCount = at - first;
  if (digitCount === 0 || (digitCount > 1 && bytes[first] === ZERO)) return Number.NaN;
  let fractionCount = 0;
  if (byte === POINT) {
    at += 1;
    for (byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) {
      digits = digits * 10 + (byte - ZERO);
      at += 1;
      fractionCount += 1;
    }
    if (fractionCount === 0) return Number.NaN;
    digitCount += fractionCount;
  }
  if (digitCount > DIGITS_MAX || byte === LOWER_E || byte === UPPER_E) return Number.NaN;
  end = at;
  const value = fractionCount === 0 ? digits : digits / (POWERS_OF_TEN[fractionCount] ?? 1);
  return isNegative ? -value : value;
}

function isWord(bytes: Uint8Array, from: number, word: readonly number[]): boolean {
  for (let i = 0; i < word.length; i += 1) if (bytes[from + i] !== word[i]) return false;
  end = from + word.length;
  return true;
}

/** The value at `from`; undefined when it is none of the plain ones. */
function readValue(bytes: Uint8Array, from: number): number | boolean | string | null | undefined {
  const byte = bytes[from] ?? 0;
  if (byte === QUOTE) return readString(bytes, from + 1) ?? undefined;
  if (byte === LOWER_T) return isWord(bytes, from, TRUE) ? true : undefined;
  if (byte === LOWER_F) return isWord(bytes, from, FALSE) ? false : undefined;
  if (byte === LOWER_N) return isWord(bytes, from, NULL) ? null : undefined;
  const value = readNumber(bytes, from);
  return value === value ? value : undefined;
}

/**
 * Reads what nearly every telemetry message is, straight from its bytes: a flat JSON object of plain names, short numbers, booleans, nulls and
 * plain texts. Hands each value to `take`, in order, as JSON.parse would have found it. False when the payload is anything
 * else (nested, escaped, not ASCII, a number of many digits, not JSON at all) or `take` declined: then nothing that was taken counts, and the
 * caller asks JSON.parse. Names that JSON.parse would reorder or merge (digits first, repeated) are for the caller to decline.
 */
export function readFlatJson(bytes: Uint8Array, take: TakeValue): boolean {
  if (bytes.length > BYTES_MAX) return false;
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN_OBJECT) return false;
  at = skipSpace(bytes, at + 1);
  for (;;) {
    if (bytes[at] !== QUOTE) return false;
    const name = readString(bytes, at + 1);
    if (name === null) return false;
    at = skipSpace(bytes, end);
    if (bytes[at] !== COLON) return false;
    const value = readValue(bytes, skipSpace(bytes, at + 1));
    if (value === undefined || !take(name, value)) return false;
    at = skipSpace(bytes, end);
    if (bytes[at] === CLOSE_OBJECT) return skipSpace(bytes, at + 1) === bytes.length;
    if (bytes[at] !== COMMA) return false;
    at = skipSpace(bytes, at + 1);
  }
}
