import { isDeepStrictEqual } from "node:util";
import { callFunction, toNumber, type SqlValue, type SqlWorld } from "./sql-functions.ts";
import type { Expression, Statement } from "./sql-parser.ts";

/** A message as a statement sees it: its payload, and what the functions tell about it. */
export interface SqlMessage {
  /** The parsed JSON payload; undefined when it is not JSON. */
  readonly payload: SqlValue;
  readonly world: SqlWorld;
}

/** The result of SELECT, or undefined when WHERE is not true. */
export function runStatement({ select, where }: Statement, message: SqlMessage): SqlValue {
  if (where !== undefined && evaluate(where, message) !== true) return undefined;
  if (select.length === 1 && select[0]?.expression.kind === "everything") return message.payload;
  const result: Record<string, SqlValue> = {};
  for (const { expression, alias } of select) {
    const value = evaluate(expression, message);
    if (expression.kind === "everything") Object.assign(result, isObject(value) ? value : {});
    else if (value !== undefined) result[alias] = value;
  }
  return result;
}

/** The value of an expression; Undefined wherever an operand is missing or of the wrong type, never an exception. */
export function evaluate(expression: Expression, message: SqlMessage): SqlValue {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "everything":
      return message.payload;
    case "path":
      return expression.names.reduce<SqlValue>(member, message.payload);
    case "member":
      return member(evaluate(expression.of, message), expression.name);
    case "call":
      return callFunction(
        expression.name,
        expression.args.map((argument) => evaluate(argument, message)),
        message.world,
      );
    case "list":
      return expression.items.map((item) => evaluate(item, message));
    case "not": {
      const value = evaluate(expression.of, message);
      return typeof value === "boolean" ? !value : undefined;
    }
    case "negative": {
      const value = toNumber(evaluate(expression.of, message));
      return value === undefined ? undefined : -value;
    }
    case "binary":
      return binary(expression, message);
    case "case": {
      const branch = expression.branches.find(({ when }) => evaluate(when, message) === true);
      const chosen = branch?.then ?? expression.otherwise;
      return chosen === undefined ? undefined : evaluate(chosen, message);
    }
  }
}

function isObject(value: SqlValue): value is Readonly<Record<string, SqlValue>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function member(value: SqlValue, name: string): SqlValue {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function binary({ operator, left, right }: Extract<Expression, { kind: "binary" }>, message: SqlMessage): SqlValue {
  const first = evaluate(left, message);
  const second = evaluate(right, message);
  switch (operator) {
    case "AND":
    case "OR":
      return logical(operator, first, second);
    case "IN":
      return Array.isArray(second) && first !== undefined ? second.some((item) => isDeepStrictEqual(item, first)) : undefined;
    case "=":
    case "<>":
      return equality(operator, first, second);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return ordering(operator, first, second);
    default:
      return arithmetic(operator, first, second);
  }
}

function logical(operator: "AND" | "OR", first: SqlValue, second: SqlValue): SqlValue {
  if (typeof first !== "boolean" || typeof second !== "boolean") return undefined;
  return operator === "AND" ? first && second : first || second;
}

/** Any comparison with Undefined is Undefined; values of different types are unequal. */
function equality(operator: "=" | "<>", first: SqlValue, second: SqlValue): SqlValue {
  if (first === undefined || second === undefined) return undefined;
  return isDeepStrictEqual(first, second) === (operator === "=");
}

function ordering(operator: "<" | "<=" | ">" | ">=", first: SqlValue, second: SqlValue): SqlValue {
  const areTexts = typeof first === "string" && typeof second === "string";
  const left = areTexts ? first : toNumber(first);
  const right = areTexts ? second : toNumber(second);
  if (left === undefined || right === undefined) return undefined;
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  return operator === ">" ? left > right : left >= right;
}

function arithmetic(operator: string, first: SqlValue, second: SqlValue): SqlValue {
  if (operator === "+" && typeof first === "string" && typeof second === "string") return first + second;
  const left = toNumber(first);
  const right = toNumber(second);
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return divide(left, right);
    default:
      return right === 0 ? undefined : left % right;
  }
}

/** Int / Int is an Int: `timestamp() / 1000` is a whole number of seconds. */
function divide(left: number, right: number): number | undefined {
  if (right === 0) return undefined;
  return Number.isInteger(left) && Number.isInteger(right) ? Math.trunc(left / right) : left / right;
}
