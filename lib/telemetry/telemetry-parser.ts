import { readFlatJson, type TakeValue } from "./flat-json.ts";

/** Why a payload was refused at the border; each is counted and shown in plain words by `describeRefusal`. */
export type Refusal =
  | "empty"
  | "too-large"
  | "not-utf8"
  | "not-json"
  | "not-an-object"
  | "too-deep"
  | "too-many-values"
  | "too-many-names"
  | "name-too-long"
  | "not-finite";

const SENTENCES: Record<Refusal, string> = {
  empty: "The payload is empty.",
  "too-large": "The payload is larger than 16 KB.",
  "not-utf8": "The payload is not UTF-8 text.",
  "not-json": "The payload is not JSON.",
  "not-an-object": "The payload is not a JSON object.",
  "too-deep": "The payload is nested more than 6 levels deep.",
  "too-many-values": "The payload holds more than 64 values.",
  "too-many-names": "The device has sent more different names of values than a page keeps; the newest are left out.",
  "name-too-long": "A value's name is longer than 96 characters.",
  "not-finite": "A number is too large to be shown.",
};

/** One sentence about a refusal. */
export function describeRefusal(refusal: Refusal): string {
  return SENTENCES[refusal];
}

export const PAYLOAD_BYTES_MAX = 16_384;
const DEPTH_MAX = 6;

/** How large and how deep a payload may be before nobody looks into it. */
export interface PayloadLimits {
  readonly bytesMax: number;
  readonly depthMax: number;
}

const TELEMETRY_LIMITS: PayloadLimits = { bytesMax: PAYLOAD_BYTES_MAX, depthMax: DEPTH_MAX };
export const VALUES_MAX = 64;
const NAME_LENGTH_MAX = 96;
const TEXT_LENGTH_MAX = 120;
/** Bytes: `"` `\` `[` `]` `{` `}`. */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Text without characters that hide, reorder or break a line, cut to `lengthMax`; the rest is shown as it stands. */
export function toInertText(text: string, lengthMax: number = TEXT_LENGTH_MAX): string {
  const clean = text.slice(0, lengthMax * 2).replace(CONTROLS, "");
  return clean.length > lengthMax ? `${clean.slice(0, lengthMax - 1)}…` : clean;
}

/** Deepest nesting outside strings, found without parsing: the parser itself must not be the first to meet 10,000 brackets. */
function isTooDeep(bytes: Uint8Array, depthMax: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (isInString) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) {
      isInString = true;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth -= 1;
    }
  }
  return false;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A payload's bytes as a JSON object, or why not. A byte order mark is not JSON (RFC 8259 8.1). */
export function parseJsonObject(
  bytes: Uint8Array,
  { bytesMax, depthMax }: PayloadLimits = TELEMETRY_LIMITS,
): { object: Record<string, unknown> } | { refusal: Refusal } {
  if (bytes.length === 0) return { refusal: "empty" };
  if (bytes.length > bytesMax) return { refusal: "too-large" };
  if (isTooDeep(bytes, depthMax)) return { refusal: "too-deep" };
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { refusal: "not-utf8" };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { refusal: "not-json" };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { refusal: "not-an-object" };
  return { object: value as Record<string, unknown> };
}

/**
 * One parsed message; the same object is filled again by the next `parse`, because thousands of messages a second must not make
 * thousands of objects. Entries 0 … count-1 are valid.
 */
export interface TelemetryFields {
  count: number;
  names: string[];
  /** Numbers as they are; booleans as 1 and 0; texts as NaN with the text beside. */
  values: number[];
  kinds: ("number" | "boolean" | "text")[];
  texts: string[];
  /** Epoch ms by the device's clock; null when absent or not a plausible time (between 2001 and 2286). */
  deviceTimeMs: number | null;
  /** Set when `ts` was there and made no sense. */
  isDeviceTimeOdd: boolean;
  seq: number | null;
}

export interface TelemetryParser {
  fields: TelemetryFields;
  /** Fills `fields`; null on success. Nothing of a refused payload is used. */
  parse: (bytes: Uint8Array) => Refusal | null;
}

/** A number of epoch ms, not seconds and not a typing error. */
const TIME_MS_MIN = 1e12;
const TIME_MS_MAX = 1e13;

function takeTime(fields: TelemetryFields, value: unknown): void {
  if (typeof value === "number" && value >= TIME_MS_MIN && value < TIME_MS_MAX) fields.deviceTimeMs = value;
  else fields.isDeviceTimeOdd = true;
}

function add(fields: TelemetryFields, name: string, value: number | boolean | string): Refusal | null {
  if (fields.count >= VALUES_MAX) return "too-many-values";
  if (name.length > NAME_LENGTH_MAX) return "name-too-long";
  if (typeof value === "number" && !Number.isFinite(value)) return "not-finite";
  const i = fields.count;
  fields.count += 1;
  fields.names[i] = name;
  fields.kinds[i] = typeof value === "string" ? "text" : typeof value === "boolean" ? "boolean" : "number";
  // Adding 0 turns -0 into 0: a chart and a CSV show one zero.
  fields.values[i] = typeof value === "string" ? Number.NaN : Number(value) + 0;
  fields.texts[i] = typeof value === "string" ? toInertText(value) : "";
  return null;
}

/** Takes a value of the object itself: two names are the message's own, not metrics. */
function takeOwn(fields: TelemetryFields, name: string, value: number | boolean | string): Refusal | null {
  if (name === "ts") takeTime(fields, value);
  else if (name === "seq" && Number.isSafeInteger(value)) fields.seq = value as number;
  else return add(fields, name, value);
  return null;
}

const isValue = (value: unknown): value is number | boolean | string =>
  typeof value === "number" || typeof value === "boolean" || typeof value === "string";

function flatten(fields: TelemetryFields, object: Record<string, unknown>, prefix: string): Refusal | null {
  for (const key in object) {
    const value = object[key];
    let refusal: Refusal | null = null;
    if (isValue(value)) refusal = prefix === "" ? takeOwn(fields, key, value) : add(fields, prefix + key, value);
    else if (prefix === "" && key === "ts") fields.isDeviceTimeOdd = true;
    else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      refusal = flatten(fields, value as Record<string, unknown>, `${prefix}${key}.`);
    }
    if (refusal) return refusal;
  }
  return null;
}

function clear(fields: TelemetryFields): void {
  fields.count = 0;
  fields.deviceTimeMs = null;
  fields.isDeviceTimeOdd = false;
  fields.seq = null;
}

/** A name that JSON.parse would put elsewhere (digits come first) or let replace an earlier one. */
function isReordered({ names, count, deviceTimeMs, isDeviceTimeOdd, seq }: TelemetryFields, name: string): boolean {
  if (name === "ts") return deviceTimeMs !== null || isDeviceTimeOdd;
  if (name === "seq" && seq !== null) return true;
  const first = name.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) return true;
  for (let i = 0; i < count; i += 1) if (names[i] === name) return true;
  return false;
}

/** A parser with its own reusable result; lists and nulls carry no value and are passed over. */
export function createTelemetryParser(): TelemetryParser {
  const fields: TelemetryFields = {
    count: 0,
    names: [],
    values: [],
    kinds: [],
    texts: [],
    deviceTimeMs: null,
    isDeviceTimeOdd: false,
    seq: null,
  };
  const take: TakeValue = (name, value) => {
    if (isReordered(fields, name)) return false;
    return value === null ? name !== "ts" : takeOwn(fields, name, value) === null;
  };
  return {
    fields,
    parse: (bytes) => {
      clear(fields);
      if (readFlatJson(bytes, take)) return null;
      clear(fields);
      const parsed = parseJsonObject(bytes);
      return "refusal" in parsed ? parsed.refusal : flatten(fields, parsed.object, "");
    },
  };
}
