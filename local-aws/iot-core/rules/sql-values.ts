import { isDeepStrictEqual } from "node:util";
import type { Json } from "../shadow/json.ts";

/** A value of AWS IoT SQL; `undefined` is its `Undefined`. */
export type SqlValue = Json | undefined;

/** Numbers, and strings that spell one; everything else is Undefined. */
export function toDecimal(value: SqlValue): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !/^\s*-?\d+(\.\d+)?([eE][+-]?\d+)?\s*$/.test(value)) return undefined;
  return Number(value);
}

/** Booleans, and the strings "true" and "false" in any case; everything else is Undefined. */
export function toBoolean(value: SqlValue): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  const text = value.toLowerCase();
  return text === "true" ? true : text === "false" ? false : undefined;
}

/** How a value reads inside a string: strings as they are, everything else as JSON. */
export const toText = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

export type BinaryOperator = (left: SqlValue, right: SqlValue) => SqlValue;

const numeric =
  (compute: (left: number, right: number) => number | undefined): BinaryOperator =>
  (left, right) => {
    const [first, second] = [toDecimal(left), toDecimal(right)];
    if (first === undefined || second === undefined) return undefined;
    const result = compute(first, second);
    return result !== undefined && Number.isFinite(result) ? result : undefined;
  };

/** Int divided by Int is an Int (AWS: iot-sql-operators). */
const divide = (left: number, right: number) => {
  if (right === 0) return undefined;
  return Number.isInteger(left) && Number.isInteger(right) ? Math.trunc(left / right) : left / right;
};

const add: BinaryOperator = (left, right) => {
  if (left === undefined || right === undefined) return undefined;
  if (typeof left === "string" || typeof right === "string") return toText(left) + toText(right);
  return numeric((first, second) => first + second)(left, right);
};

const equal: BinaryOperator = (left, right) => {
  if (left === undefined || right === undefined) return undefined;
  if (typeof left === "number" || typeof right === "number") return toDecimal(left) === toDecimal(right);
  return isDeepStrictEqual(left, right);
};

/** Two strings by code point, else two numbers; anything else is Undefined. */
const order =
  (isWanted: (sign: number) => boolean): BinaryOperator =>
  (left, right) => {
    if (typeof left === "string" && typeof right === "string") return isWanted(left < right ? -1 : left > right ? 1 : 0);
    const [first, second] = [toDecimal(left), toDecimal(right)];
    return first === undefined || second === undefined ? undefined : isWanted(first - second);
  };

/** AWS documents every other pair of operands than booleans as Undefined, `true OR Undefined` included. */
const logical =
  (decide: (left: boolean, right: boolean) => boolean): BinaryOperator =>
  (left, right) => {
    const [first, second] = [toBoolean(left), toBoolean(right)];
    return first === undefined || second === undefined ? undefined : decide(first, second);
  };

const negated =
  (operator: BinaryOperator): BinaryOperator =>
  (left, right) =>
    not(operator(left, right));

/** `NOT` */
export function not(value: SqlValue): SqlValue {
  const flag = toBoolean(value);
  return flag === undefined ? undefined : !flag;
}

/** By lower-case spelling. */
export const BINARY_OPERATORS: Readonly<Record<string, BinaryOperator>> = {
  or: logical((left, right) => left || right),
  and: logical((left, right) => left && right),
  "=": equal,
  "<>": negated(equal),
  "!=": negated(equal),
  "<": order((sign) => sign < 0),
  "<=": order((sign) => sign <= 0),
  ">": order((sign) => sign > 0),
  ">=": order((sign) => sign >= 0),
  "+": add,
  "-": numeric((left, right) => left - right),
  "*": numeric((left, right) => left * right),
  "/": numeric(divide),
  "%": numeric((left, right) => (right === 0 ? undefined : left % right)),
};
