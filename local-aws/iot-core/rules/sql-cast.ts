import { toBoolean, toDecimal, toText, type SqlValue } from "./sql-values.ts";

const TYPES = ["string", "int", "integer", "decimal", "number", "boolean", "bool", "text"] as const;
export type CastType = (typeof TYPES)[number];

/** True for a type that `cast(x AS type)` knows, in lower case. */
export const isCastType = (name: string): name is CastType => TYPES.some((type) => type === name);

/** `cast`: Undefined when the value does not spell one of the type. */
export function castTo(type: CastType, value: SqlValue): SqlValue {
  if (value === undefined) return undefined;
  switch (type) {
    case "string":
    case "text":
      return toText(value);
    case "int":
    case "integer": {
      const number = toNumber(value);
      return number === undefined ? undefined : Math.trunc(number);
    }
    case "decimal":
    case "number":
      return toNumber(value);
    case "boolean":
    case "bool":
      return typeof value === "number" ? value !== 0 : toBoolean(value);
  }
}

const toNumber = (value: SqlValue) => (typeof value === "boolean" ? Number(value) : toDecimal(value));
