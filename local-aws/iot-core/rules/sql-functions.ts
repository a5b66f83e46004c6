import { randomUUID } from "node:crypto";

/** `undefined` is AWS IoT SQL's Undefined. */
export type SqlValue = string | number | boolean | null | undefined | readonly SqlValue[] | { readonly [name: string]: SqlValue };

/** What a rule's functions may ask about the message and the account. */
export interface SqlWorld {
  readonly topic: string;
  readonly clientId: string | undefined;
  readonly principal: string | undefined;
  readonly traceId: string;
  readonly accountId: string;
  readonly nowMs: number;
  /** `get_registry_data("DescribeThing", thing, role)`; Undefined when there is no such thing. */
  registryData(operation: string, thingName: string, roleArn: string): SqlValue;
}

type SqlFunction = (args: readonly SqlValue[], world: SqlWorld) => SqlValue;

const text = (work: (value: string, ...rest: SqlValue[]) => SqlValue): SqlFunction => {
  return ([value, ...rest]) => (typeof value === "string" ? work(value, ...rest) : undefined);
};
const number = (work: (value: number, ...rest: SqlValue[]) => SqlValue): SqlFunction => {
  return ([value, ...rest]) => {
    const converted = toNumber(value);
    return converted === undefined ? undefined : work(converted, ...rest);
  };
};

/** The functions of AWS IoT developer guide, "Functions", that the local AWS has; another name is refused at load. */
const FUNCTIONS: Readonly<Record<string, SqlFunction>> = {
  accountid: (_args, world) => world.accountId,
  // "n/a" when the message did not come over MQTT.
  clientid: (_args, world) => world.clientId ?? "n/a",
  principal: (_args, world) => world.principal ?? "n/a",
  traceid: (_args, world) => world.traceId,
  newuuid: () => randomUUID(),
  timestamp: (_args, world) => world.nowMs,
  topic: ([level], world) =>
    level === undefined ? world.topic : typeof level === "number" ? world.topic.split("/")[level - 1] : undefined,
  get_registry_data: ([operation, thing, role], world) =>
    typeof operation === "string" && typeof thing === "string" && typeof role === "string"
      ? world.registryData(operation, thing, role)
      : undefined,
  isundefined: ([value]) => value === undefined,
  isnull: ([value]) => value === null,
  concat: (args) => {
    if (args.some((value) => value === undefined || value === null || typeof value === "object")) return undefined;
    return args.map((value) => toText(value)).join("");
  },
  cast: ([value, type]) => cast(value, type),
  startswith: text((value, prefix) => (typeof prefix === "string" ? value.startsWith(prefix) : undefined)),
  endswith: text((value, suffix) => (typeof suffix === "string" ? value.endsWith(suffix) : undefined)),
  indexof: text((value, part) => (typeof part === "string" ? value.indexOf(part) : undefined)),
  replace: text((value, from, to) => (typeof from === "string" && typeof to === "string" ? value.replaceAll(from, to) : undefined)),
  substring: text((value, from, to) =>
    typeof from === "number" ? value.substring(from, typeof to === "number" ? to : undefined) : undefined,
  ),
  length: text((value) => value.length),
  lower: text((value) => value.toLowerCase()),
  upper: text((value) => value.toUpperCase()),
  trim: text((value) => value.trim()),
  abs: number((value) => Math.abs(value)),
  ceil: number((value) => Math.ceil(value)),
  floor: number((value) => Math.floor(value)),
  round: number((value) => Math.sign(value) * Math.round(Math.abs(value))),
  trunc: number((value, places) => {
    const scale = 10 ** (typeof places === "number" ? places : 0);
    return Math.trunc(value * scale) / scale;
  }),
  mod: number((value, by) => (typeof by === "number" && by !== 0 ? value % by : undefined)),
};

export function isFunction(name: string): boolean {
  return Object.hasOwn(FUNCTIONS, name);
}

export function callFunction(name: string, args: readonly SqlValue[], world: SqlWorld): SqlValue {
  return FUNCTIONS[name]?.(args, world);
}

/** Numbers as they are, strings that spell one; anything else is Undefined. */
export function toNumber(value: SqlValue): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return undefined;
  return Number(value);
}

export function toText(value: SqlValue): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function cast(value: SqlValue, type: SqlValue): SqlValue {
  switch (type) {
    case "String":
      return toText(value);
    case "Int": {
      const parsed = typeof value === "boolean" ? Number(value) : toNumber(value);
      return parsed === undefined ? undefined : Math.trunc(parsed);
    }
    case "Decimal":
      return typeof value === "boolean" ? Number(value) : toNumber(value);
    default:
      return castToBoolean(value);
  }
}

function castToBoolean(value: SqlValue): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (value === "true" || value === "false") return value === "true";
  return undefined;
}
