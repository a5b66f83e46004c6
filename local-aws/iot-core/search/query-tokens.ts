import { AwsError } from "../../platform/aws-error.ts";

/** A refusal of the fleet index's query language. */
export const invalidQuery = (message: string) => new AwsError("InvalidQueryException", message, 400);

/** A piece of a pattern: text, or a wildcard that was neither quoted nor escaped. */
export type PatternPart = string | { readonly wildcard: "*" | "?" };

export type Token =
  | { readonly kind: "word"; readonly parts: readonly PatternPart[]; readonly text: string; readonly isQuoted: boolean }
  | { readonly kind: "symbol"; readonly symbol: QuerySymbol; readonly isGluedLeft: boolean; readonly isGluedRight: boolean };

export type QuerySymbol = "(" | ")" | "[" | "]" | "{" | "}" | ":" | "-" | ">" | ">=" | "<" | "<=";

/** Characters that the index does not know (AWS: query-syntax, "Unsupported features"). */
const UNSUPPORTED = /[`@#%/';,]/;
const ESCAPABLE = /[+\-&|!(){}[\]^"~*?:\\<>= ]/;
const SYMBOLS = ["(", ")", "[", "]", "{", "}", ":", ">=", "<=", ">", "<"] as const;

/** Splits a query into words and symbols. Throws `InvalidQueryException` naming what the index does not support. */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    const character = query.charAt(at);
    if (/\s/.test(character)) {
      at += 1;
      continue;
    }
    const symbol = SYMBOLS.find((candidate) => query.startsWith(candidate, at)) ?? negation(query, at);
    if (symbol !== undefined) {
      tokens.push({ kind: "symbol", symbol, isGluedLeft: isGlued(query, at - 1), isGluedRight: isGlued(query, at + symbol.length) });
      at += symbol.length;
      continue;
    }
    const { token, end } = character === '"' ? readPhrase(query, at) : readWord(query, at);
    tokens.push(token);
    at = end;
  }
  return tokens;
}

/** `-` negates where a term starts; inside a word it is a character like others. */
const negation = (query: string, at: number): "-" | undefined => (query.charAt(at) === "-" && isGlued(query, at + 1) ? "-" : undefined);

const isGlued = (query: string, at: number) => at >= 0 && at < query.length && !/\s/.test(query.charAt(at));

type Word = Extract<Token, { kind: "word" }>;

function readPhrase(query: string, start: number): { token: Word; end: number } {
  let text = "";
  for (let at = start + 1; at < query.length; at += 1) {
    const character = query.charAt(at);
    if (character === '"') return { token: { kind: "word", parts: [text], text, isQuoted: true }, end: at + 1 };
    if (character === "\\") {
      text += readEscaped(query, at);
      at += 1;
    } else text += requireSupported(character);
  }
  throw invalidQuery("Invalid query: a quotation mark is not closed");
}

function readWord(query: string, start: number): { token: Word; end: number } {
  const parts: PatternPart[] = [];
  let at = start;
  for (; at < query.length; at += 1) {
    const character = query.charAt(at);
    if (/\s/.test(character) || SYMBOLS.some((symbol) => symbol === character) || character === '"') break;
    if (character === "*" || character === "?") parts.push({ wildcard: character });
    else if (character === "\\") {
      parts.push(readEscaped(query, at));
      at += 1;
    } else parts.push(requireSupported(character));
  }
  const joined = joinText(parts);
  const text = joined.map((part) => (typeof part === "string" ? part : part.wildcard)).join("");
  return { token: { kind: "word", parts: joined, text, isQuoted: false }, end: at };
}

function readEscaped(query: string, at: number): string {
  const character = query.charAt(at + 1);
  if (!ESCAPABLE.test(character)) throw invalidQuery("Invalid query: unsupported character '\\'");
  return character;
}

function requireSupported(character: string): string {
  if (UNSUPPORTED.test(character)) throw invalidQuery(`Invalid query: unsupported character '${character}'`);
  if (/[~^!+&|=]/.test(character)) throw invalidQuery(`Invalid query: '${character}' is not supported here; escape it with a backslash`);
  return character;
}

function joinText(parts: readonly PatternPart[]): PatternPart[] {
  const joined: PatternPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === "string" && typeof last === "string") joined[joined.length - 1] = last + part;
    else joined.push(part);
  }
  return joined;
}
