import type { PolicyContext } from "./policy-document.ts";

/** Reads condition keys and policy variables without regard to case. */
export interface ContextReader {
  get(lowerCaseName: string): string | readonly string[] | undefined;
}

/** Indexes `context` on its first use only: most statements are ruled out by their action already. */
export function createContextReader(context: PolicyContext): ContextReader {
  let index: Map<string, string | readonly string[]> | undefined;
  return {
    get: (lowerCaseName) => {
      index ??= new Map(
        Object.entries(context).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), value] as const])),
      );
      return index.get(lowerCaseName);
    },
  };
}

/** Asks `first`, then `second`. */
export function layerContext(first: ContextReader, second: ContextReader): ContextReader {
  return { get: (name) => first.get(name) ?? second.get(name) };
}

type Token = string | typeof STAR | typeof ANY | Variable;
const STAR = Symbol("*");
const ANY = Symbol("?");
interface Variable {
  readonly name: string;
  readonly fallback: string | undefined;
}

/** A policy string after parsing: text, wildcards and `${…}` variables. */
export interface PolicyText {
  /** Does `value` match, `*` and `?` being wildcards? False when a variable has no single value. */
  isLike(value: string, context: ContextReader): boolean;
  /** The string with its variables filled in and wildcards left as they are; undefined when a variable has no single value. */
  resolve(context: ContextReader): string | undefined;
}

/**
 * Compiles a policy string. Variables exist from policy version 2012-10-17 on; before, `${` is plain text.
 * Source: IAM User Guide, "Policy variables": special characters `${*} ${?} ${$}`, default values `${key, 'default'}`.
 */
export function compileText(text: string, hasVariables: boolean): PolicyText {
  const tokens = tokenize(text, hasVariables);
  const isFixed = tokens.every((token) => typeof token !== "object");
  if (isFixed) {
    const glob = compileGlob(tokens);
    const plain = plainText(tokens);
    const isPlain = tokens.every((token) => typeof token === "string");
    return { isLike: (value) => (isPlain ? value === plain : matchesGlob(glob, value)), resolve: () => plain };
  }
  return {
    isLike: (value, context) => {
      const filled = fill(tokens, context);
      return filled !== undefined && matchesGlob(compileGlob(filled), value);
    },
    resolve: (context) => {
      const filled = fill(tokens, context);
      return filled === undefined ? undefined : plainText(filled);
    },
  };
}

type FixedToken = Exclude<Token, Variable>;

function tokenize(text: string, hasVariables: boolean): Token[] {
  const tokens: Token[] = [];
  let literal = "";
  const push = (token: Token) => {
    if (literal !== "") tokens.push(literal);
    literal = "";
    tokens.push(token);
  };
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const end = hasVariables && text.startsWith("${", index) ? text.indexOf("}", index + 2) : -1;
    if (end >= 0) {
      const inside = text.slice(index + 2, end);
      if (inside === "*" || inside === "?" || inside === "$") literal += inside;
      else push(readVariable(inside));
      index = end;
    } else if (character === "*") push(STAR);
    else if (character === "?") push(ANY);
    else literal += character;
  }
  if (literal !== "") tokens.push(literal);
  return tokens;
}

function readVariable(inside: string): Variable {
  const withDefault = /^([^,]*), '([^']*)'$/.exec(inside.trim());
  const name = (withDefault?.[1] ?? inside).trim().toLowerCase();
  return { name, fallback: withDefault?.[2] };
}

/** A variable's value is text: a `*` in it is no wildcard. */
function fill(tokens: readonly Token[], context: ContextReader): FixedToken[] | undefined {
  const filled: FixedToken[] = [];
  for (const token of tokens) {
    if (typeof token !== "object") {
      filled.push(token);
      continue;
    }
    const value = context.get(token.name) ?? token.fallback;
    if (typeof value !== "string") return undefined;
    filled.push(value);
  }
  return filled;
}

function plainText(tokens: readonly FixedToken[]): string {
  return tokens.map((token) => (typeof token === "string" ? token : (token.description ?? ""))).join("");
}

/** The pieces between stars, each a run of characters and single-character wildcards. */
type Glob = readonly Piece[];
interface Piece {
  readonly length: number;
  /** Runs of literal text and where in the piece they start; what is between them may be any character. */
  readonly runs: readonly { readonly at: number; readonly text: string }[];
}

function compileGlob(tokens: readonly FixedToken[]): Glob {
  const pieces: { length: number; runs: { at: number; text: string }[] }[] = [];
  let piece = { length: 0, runs: [] as { at: number; text: string }[] };
  for (const token of tokens) {
    if (token === STAR) {
      pieces.push(piece);
      piece = { length: 0, runs: [] };
    } else if (token === ANY) piece.length += 1;
    else {
      piece.runs.push({ at: piece.length, text: token });
      piece.length += token.length;
    }
  }
  pieces.push(piece);
  return pieces;
}

/** First piece at the start, last at the end, those between at their leftmost place: never backtracks over a star. */
function matchesGlob(glob: Glob, value: string): boolean {
  const first = glob[0];
  const last = glob.at(-1);
  if (first === undefined || last === undefined || !isPieceAt(first, value, 0)) return false;
  if (glob.length === 1) return value.length === first.length;
  let from = first.length;
  for (let index = 1; index < glob.length - 1; index += 1) {
    const piece = glob[index] ?? last;
    const at = findPiece(piece, value, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  const lastAt = value.length - last.length;
  return lastAt >= from && isPieceAt(last, value, lastAt);
}

function isPieceAt({ length, runs }: Piece, value: string, at: number): boolean {
  if (at + length > value.length) return false;
  for (const run of runs) if (!value.startsWith(run.text, at + run.at)) return false;
  return true;
}

function findPiece(piece: Piece, value: string, from: number): number {
  const [run] = piece.runs;
  if (run === undefined) return from + piece.length <= value.length ? from : -1;
  let found = value.indexOf(run.text, from + run.at);
  while (found >= 0 && found - run.at + piece.length <= value.length) {
    if (isPieceAt(piece, value, found - run.at)) return found - run.at;
    found = value.indexOf(run.text, found + 1);
  }
  return -1;
}
