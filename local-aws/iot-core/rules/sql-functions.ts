import { createHash, randomUUID } from "node:crypto";
import type { IotCaller } from "../broker/broker.ts";
import { isJsonObject, ownMember, type Json } from "../shadow/json.ts";
import { parseTime } from "./parse-time.ts";
import type { SqlScope } from "./sql-scope.ts";
import { toDecimal, toText, type SqlValue } from "./sql-values.ts";

export interface SqlFunction {
  readonly argumentCountMin: number;
  readonly argumentCountMax: number;
  readonly run: (args: readonly SqlValue[], scope: SqlScope) => SqlValue;
}

const define = (run: SqlFunction["run"], argumentCountMin: number, argumentCountMax = argumentCountMin): SqlFunction => ({
  argumentCountMin,
  argumentCountMax,
  run,
});

/** A function of texts: Undefined as soon as one argument is. */
const ofTexts = (run: (...texts: string[]) => SqlValue, countMin: number, countMax = countMin) =>
  define(
    (args) => {
      const texts = args.flatMap((arg) => (arg === undefined ? [] : [toText(arg)]));
      return texts.length < args.length ? undefined : run(...texts);
    },
    countMin,
    countMax,
  );

/** A function of numbers: Undefined unless all arguments are numbers and the result is finite. */
const ofNumbers = (run: (...numbers: number[]) => number, countMin: number, countMax = countMin) =>
  define(
    (args) => {
      const numbers = args.flatMap((arg) => toDecimal(arg) ?? []);
      if (numbers.length < args.length) return undefined;
      const result = run(...numbers);
      return Number.isFinite(result) ? result : undefined;
    },
    countMin,
    countMax,
  );

const hash = (algorithm: string) => ofTexts((text) => createHash(algorithm).update(text).digest("hex"), 1);

const MESSAGE_FUNCTIONS: Record<string, SqlFunction> = {
  // Over HTTP, and for what the service publishes, there is no client (AWS: "n/a").
  clientid: define((_, { message }) => message.clientId ?? "n/a", 0),
  principal: define((_, { message }) => principalOf(message.caller), 0),
  topic: define(([level], { topic }) => topicLevel(topic, level), 0, 1),
  timestamp: define((_, { nowMs }) => nowMs, 0),
  traceid: define((_, { message }) => message.traceId, 0),
  newuuid: define(() => randomUUID(), 0),
  accountid: define((_, { accountId }) => accountId, 0),
  get_mqtt_property: define(([name], { message }) => mqttProperty(message, name), 1),
  get_user_properties: define(
    ([key], { message }) => {
      const all = message.userProperties ?? [];
      return key === undefined
        ? all.map(([name, value]) => ({ [name]: value }))
        : all.flatMap(([name, value]) => (name === key ? [value] : []));
    },
    0,
    1,
  ),
  get_registry_data: define(([api, thing, role], { lookups }) => {
    if (api !== "DescribeThing") throw new Error(`get_registry_data does not know ${JSON.stringify(api)}`);
    return typeof thing === "string" && typeof role === "string" ? lookups.describeThing(thing, role) : undefined;
  }, 3),
  get_thing_shadow: define(
    (args, { lookups }) => {
      const [thing, second, third] = args;
      const [shadowName, role] = args.length === 2 ? ["", second] : [second, third];
      if (typeof thing !== "string" || typeof shadowName !== "string" || typeof role !== "string") return undefined;
      return lookups.thingShadow(thing, shadowName, role);
    },
    2,
    3,
  ),
};

const TEXT_FUNCTIONS: Record<string, SqlFunction> = {
  concat: define(
    (args) => {
      if (args.every((arg) => Array.isArray(arg))) return args.flat() as Json[];
      const texts = args.flatMap((arg) => (arg === undefined ? [] : [toText(arg)]));
      return texts.length === 0 ? undefined : texts.join("");
    },
    1,
    20,
  ),
  startswith: ofTexts((text, prefix = "") => text.startsWith(prefix), 2),
  endswith: ofTexts((text, suffix = "") => text.endsWith(suffix), 2),
  lower: ofTexts((text) => text.toLowerCase(), 1),
  upper: ofTexts((text) => text.toUpperCase(), 1),
  trim: ofTexts((text) => text.trim(), 1),
  ltrim: ofTexts((text) => text.trimStart(), 1),
  rtrim: ofTexts((text) => text.trimEnd(), 1),
  length: ofTexts((text) => text.length, 1),
  indexof: ofTexts((text, wanted = "") => text.indexOf(wanted), 2),
  replace: ofTexts((text, from = "", to = "") => text.replaceAll(from, to), 3),
  substring: define(
    ([text, start, end]) => {
      const [from, to] = [toDecimal(start), toDecimal(end)];
      if (text === undefined || from === undefined) return undefined;
      return toText(text).slice(Math.max(0, from), to === undefined ? undefined : Math.max(0, to));
    },
    2,
    3,
  ),
  md5: hash("md5"),
  sha1: hash("sha1"),
  sha224: hash("sha224"),
  sha256: hash("sha256"),
  sha384: hash("sha384"),
  sha512: hash("sha512"),
  encode: ofTexts((text, scheme) => (scheme === "base64" ? Buffer.from(text).toString("base64") : undefined), 2),
  decode: ofTexts((text, scheme) => (scheme === "base64" ? Buffer.from(text, "base64").toString() : undefined), 2),
  parse_time: define(
    ([pattern, time, zone]) => {
      const epochMs = toDecimal(time);
      if (typeof pattern !== "string" || epochMs === undefined) return undefined;
      return parseTime(pattern, epochMs, typeof zone === "string" ? zone : "UTC");
    },
    2,
    3,
  ),
};

const NUMBER_FUNCTIONS: Record<string, SqlFunction> = {
  abs: ofNumbers(Math.abs, 1),
  ceil: ofNumbers(Math.ceil, 1),
  floor: ofNumbers(Math.floor, 1),
  round: ofNumbers((value) => Math.sign(value) * Math.round(Math.abs(value)), 1),
  sign: ofNumbers(Math.sign, 1),
  sqrt: ofNumbers(Math.sqrt, 1),
  exp: ofNumbers(Math.exp, 1),
  ln: ofNumbers(Math.log, 1),
  log: ofNumbers(Math.log10, 1),
  power: ofNumbers((base, exponent = 1) => base ** exponent, 2),
  mod: ofNumbers((left, right = 1) => left % right, 2),
  remainder: ofNumbers((left, right = 1) => left % right, 2),
  trunc: ofNumbers((value, digits = 0) => Math.trunc(value * 10 ** digits) / 10 ** digits, 1, 2),
  rand: define(() => Math.random(), 0),
};

const VALUE_FUNCTIONS: Record<string, SqlFunction> = {
  isundefined: define(([value]) => value === undefined, 1),
  isnull: define(([value]) => value === null, 1),
  get: define(([container, key]) => {
    if (Array.isArray(container) && typeof key === "number") return (container as readonly Json[])[key];
    if (typeof container === "string" && typeof key === "number") return container[key];
    return isJsonObject(container) && typeof key === "string" ? ownMember(container, key) : undefined;
  }, 2),
  get_or_default: define(([value, fallback]) => value ?? fallback, 2),
};

/** By lower-case name (AWS: iot-sql-functions). What is not here stops the start. */
export const SQL_FUNCTIONS: ReadonlyMap<string, SqlFunction> = new Map(
  Object.entries({ ...MESSAGE_FUNCTIONS, ...TEXT_FUNCTIONS, ...NUMBER_FUNCTIONS, ...VALUE_FUNCTIONS }),
);

/** 1-based; Undefined beyond the last level. */
function topicLevel(topic: string, level: SqlValue): SqlValue {
  if (level === undefined) return topic;
  return typeof level === "number" ? topic.split("/")[level - 1] : undefined;
}

function principalOf(caller: IotCaller): string {
  if (caller.kind === "certificate") return caller.certificateId;
  return caller.kind === "sigv4" ? caller.principal.userId : "n/a";
}

function mqttProperty(message: SqlScope["message"], name: SqlValue): SqlValue {
  switch (name) {
    case "content_type":
      return message.contentType;
    case "response_topic":
      return message.responseTopic;
    case "correlation_data":
      return message.correlationData?.toString("base64");
    case "format_indicator":
      return message.payloadFormatIndicator === true ? "UTF8_DATA" : "UNSPECIFIED_BYTES";
    default:
      return undefined;
  }
}
