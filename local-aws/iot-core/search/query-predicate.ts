import type { Bound, Query, Test } from "./query-parser.ts";
import type { PatternPart } from "./query-tokens.ts";
import { createFieldReader, type IndexedValue, type ThingDocument } from "./thing-document.ts";

export type Predicate = (document: ThingDocument) => boolean;

/** A bare term is looked for here. */
const DEFAULT_FIELDS = ["thingName", "thingTypeName", "thingGroupNames"];

/** Compiles a query once, for many documents. */
export function compileQuery(query: Query): Predicate {
  switch (query.kind) {
    case "and": {
      const operands = query.operands.map(compileQuery);
      return (document) => operands.every((isMatch) => isMatch(document));
    }
    case "or": {
      const operands = query.operands.map(compileQuery);
      return (document) => operands.some((isMatch) => isMatch(document));
    }
    case "not": {
      const isMatch = compileQuery(query.operand);
      return (document) => !isMatch(document);
    }
    case "term":
      return compileTerm(query.field, query.test);
  }
}

function compileTerm(field: string | undefined, test: Test): Predicate {
  const matches = compileTest(test);
  if (field === undefined) {
    const readers = DEFAULT_FIELDS.map(createFieldReader);
    const attributes = ({ attributes: values }: ThingDocument) => Object.values(values);
    return (document) => [...readers, attributes].some((read) => read(document).some(matches));
  }
  const read = createFieldReader(field);
  return (document) => read(document).some(matches);
}

function compileTest(test: Test): (value: IndexedValue) => boolean {
  if (test.kind === "range") return compileRange(test.low, test.high);
  const { parts } = test;
  const [only = ""] = parts;
  if (parts.every((part) => typeof part === "string")) return compileEquality(only as string);
  if (parts.length === 1 && typeof only === "object" && only.wildcard === "*") return () => true;
  const isMatch = compilePattern(parts);
  return (value) => isMatch(String(value));
}

/** Values are compared without regard to case; a number equals its other spellings (`1`, `1.0`). */
function compileEquality(text: string): (value: IndexedValue) => boolean {
  const wanted = text.toLowerCase();
  const wantedNumber = toNumber(text);
  return (value) => (typeof value === "number" ? value === wantedNumber : String(value).toLowerCase() === wanted);
}

/**
 * Matches without backtracking further than to the last `*`, so that no pattern costs more than its length times the
 * value's.
 */
function compilePattern(parts: readonly PatternPart[]): (value: string) => boolean {
  const pattern = parts.flatMap((part) => {
    if (typeof part === "string") return Array.from(part.toLowerCase().matchAll(/[^]/g), ([unit]) => unit.charCodeAt(0));
    return [part.wildcard === "*" ? ANY : ONE];
  });
  return (value) => isLike(value.toLowerCase(), pattern);
}

/** Stand among UTF-16 code units, which are never negative. */
const ANY = -1;
const ONE = -2;

function isLike(value: string, pattern: readonly number[]): boolean {
  let at = 0;
  let wanted = 0;
  let star = -1;
  let resumeAt = 0;
  while (at < value.length) {
    if (pattern[wanted] === ANY) {
      star = wanted;
      resumeAt = at;
      wanted += 1;
    } else if (pattern[wanted] === ONE || pattern[wanted] === value.charCodeAt(at)) {
      at += 1;
      wanted += 1;
    } else if (star >= 0) {
      resumeAt += 1;
      at = resumeAt;
      wanted = star + 1;
    } else return false;
  }
  return pattern.slice(wanted).every((part) => part === ANY);
}

/** Numeric when both given bounds are numbers: then a value that is no number is outside. */
function compileRange(low: Bound | undefined, high: Bound | undefined): (value: IndexedValue) => boolean {
  const bounds = [low, high].flatMap((bound) => bound ?? []);
  const isNumeric = bounds.length > 0 && bounds.every(({ value }) => toNumber(value) !== undefined);
  const read = (value: IndexedValue) => (isNumeric ? toNumber(value) : String(value).toLowerCase());
  const lowValue = low === undefined ? undefined : read(low.value);
  const highValue = high === undefined ? undefined : read(high.value);
  return (raw) => {
    const value = read(raw);
    if (value === undefined) return false;
    if (lowValue !== undefined && (low?.isInclusive === true ? value < lowValue : value <= lowValue)) return false;
    return highValue === undefined || (high?.isInclusive === true ? value <= highValue : value < highValue);
  };
}

function toNumber(value: IndexedValue): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return undefined;
  return Number(value);
}
