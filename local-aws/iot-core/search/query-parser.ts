import { invalidQuery, tokenize, type PatternPart, type QuerySymbol, type Token } from "./query-tokens.ts";

/** What one term asks of a field's values. */
export type Test =
  | { readonly kind: "match"; readonly parts: readonly PatternPart[] }
  | { readonly kind: "range"; readonly low: Bound | undefined; readonly high: Bound | undefined };

export interface Bound {
  readonly value: string;
  readonly isInclusive: boolean;
}

export type Query =
  | { readonly kind: "and" | "or"; readonly operands: readonly Query[] }
  | { readonly kind: "not"; readonly operand: Query }
  /** `field` is undefined for a bare term, which is looked for in the registry's names. */
  | { readonly kind: "term"; readonly field: string | undefined; readonly test: Test };

/** AWS: query-syntax and the quotas of fleet indexing. */
const TERM_COUNT_MAX = 12;
const QUERY_LENGTH_MAX = 1000;
const QUERY_LENGTH_WITH_LEADING_WILDCARD_MAX = 100;
const NESTING_MAX = 32;

const ROOTS =
  /^(thingName|thingId|thingTypeName|thingGroupNames|billingGroupName|attributes\..+|shadow\..+|connectivity\..+|registry\..+|deviceDefender\..+)$/;

/** Parses the fleet index's query language. Throws AwsError `InvalidQueryException` (400) naming the fault. */
export function parseQuery(text: string): Query {
  if (text.trim() === "") throw invalidQuery("Invalid query: the query is empty");
  if (text.length > QUERY_LENGTH_MAX) throw invalidQuery(`Invalid query: longer than ${QUERY_LENGTH_MAX} characters`);
  const parser = new Parser(tokenize(text));
  const query = parser.parse();
  const terms = termsOf(query);
  if (terms.length > TERM_COUNT_MAX) throw invalidQuery(`Invalid query: more than ${TERM_COUNT_MAX} terms`);
  const leadingCount = terms.filter(hasLeadingWildcard).length;
  if (leadingCount > 1) throw invalidQuery("Invalid query: more than one term with a leading wildcard");
  if (leadingCount === 1 && text.length > QUERY_LENGTH_WITH_LEADING_WILDCARD_MAX) {
    throw invalidQuery(`Invalid query: longer than ${QUERY_LENGTH_WITH_LEADING_WILDCARD_MAX} characters with a leading wildcard`);
  }
  return query;
}

type Term = Extract<Query, { kind: "term" }>;

function termsOf(query: Query): Term[] {
  if (query.kind === "term") return [query];
  return query.kind === "not" ? termsOf(query.operand) : query.operands.flatMap(termsOf);
}

/** A lone `*` asks whether the field exists. */
const hasLeadingWildcard = ({ test }: Term) => test.kind === "match" && typeof test.parts[0] === "object" && test.parts.length > 1;

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Query {
    const query = this.#or(undefined);
    if (this.#at < this.#tokens.length) throw invalidQuery(`Invalid query: unexpected ${this.#describe()}`);
    return query;
  }

  #or(field: string | undefined): Query {
    const operands = [this.#and(field)];
    while (this.#takeWord("OR")) operands.push(this.#and(field));
    return operands.length === 1 && operands[0] !== undefined ? operands[0] : { kind: "or", operands };
  }

  #and(field: string | undefined): Query {
    const operands = [this.#not(field)];
    while (!this.#isAtEnd() && !this.#peekWord("OR")) {
      this.#takeWord("AND");
      operands.push(this.#not(field));
    }
    return operands.length === 1 && operands[0] !== undefined ? operands[0] : { kind: "and", operands };
  }

  #not(field: string | undefined): Query {
    this.#depth += 1;
    if (this.#depth > NESTING_MAX) throw invalidQuery("Invalid query: too many levels of nesting");
    const isNegated = this.#takeWord("NOT") || this.#takeSymbol("-");
    const query: Query = isNegated ? { kind: "not", operand: this.#not(field) } : this.#primary(field);
    this.#depth -= 1;
    return query;
  }

  #primary(field: string | undefined): Query {
    if (this.#takeSymbol("(")) {
      const query = this.#or(field);
      if (!this.#takeSymbol(")")) throw invalidQuery("Invalid query: a parenthesis is not closed");
      return query;
    }
    if (field !== undefined) return this.#value(field);
    const word = this.#peek();
    const next = this.#tokens[this.#at + 1];
    const isField = word?.kind === "word" && !word.isQuoted && next?.kind === "symbol" && [":", ">", ">=", "<", "<="].includes(next.symbol);
    if (!isField) return this.#value(undefined);
    this.#at += 1;
    const name = requireField(word.text);
    if (!this.#takeSymbol(":")) return this.#value(name);
    if (!this.#peekSymbol("(")) return this.#value(name);
    return this.#primary(name);
  }

  #value(field: string | undefined): Query {
    const token = this.#peek();
    if (token === undefined) throw invalidQuery("Invalid query: it ends where a term is expected");
    this.#at += 1;
    if (token.kind === "word") return { kind: "term", field, test: { kind: "match", parts: token.parts } };
    if (field !== undefined && (token.symbol === "[" || token.symbol === "{"))
      return { kind: "term", field, test: this.#range(token.symbol) };
    if (field !== undefined && /^[<>]/.test(token.symbol)) return { kind: "term", field, test: this.#comparison(token.symbol) };
    throw invalidQuery(`Invalid query: unexpected '${token.symbol}'`);
  }

  #range(open: "[" | "{"): Test {
    const low = this.#bound();
    if (!this.#takeWord("TO")) throw invalidQuery("Invalid query: a range needs TO");
    const high = this.#bound();
    const isHighInclusive = this.#takeSymbol("]");
    if (!isHighInclusive && !this.#takeSymbol("}")) throw invalidQuery("Invalid query: a range is not closed");
    return {
      kind: "range",
      low: low === "*" ? undefined : { value: low, isInclusive: open === "[" },
      high: high === "*" ? undefined : { value: high, isInclusive: isHighInclusive },
    };
  }

  #comparison(symbol: QuerySymbol): Test {
    const bound = { value: this.#bound(), isInclusive: symbol.endsWith("=") };
    return symbol.startsWith(">") ? { kind: "range", low: bound, high: undefined } : { kind: "range", low: undefined, high: bound };
  }

  /** The tokenizer reads a minus sign before a number as a negation. */
  #bound(): string {
    const sign = this.#takeSymbol("-") ? "-" : "";
    const token = this.#peek();
    if (token?.kind !== "word") throw invalidQuery("Invalid query: a bound is missing");
    this.#at += 1;
    return sign + token.text;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #isAtEnd(): boolean {
    return this.#at >= this.#tokens.length || this.#peekSymbol(")");
  }

  #peekWord(text: string): boolean {
    const token = this.#peek();
    return token?.kind === "word" && !token.isQuoted && token.text === text;
  }

  #takeWord(text: string): boolean {
    const isThere = this.#peekWord(text);
    if (isThere) this.#at += 1;
    return isThere;
  }

  #peekSymbol(symbol: QuerySymbol): boolean {
    const token = this.#peek();
    return token?.kind === "symbol" && token.symbol === symbol;
  }

  #takeSymbol(symbol: QuerySymbol): boolean {
    const isThere = this.#peekSymbol(symbol);
    if (isThere) this.#at += 1;
    return isThere;
  }

  #describe(): string {
    const token = this.#peek();
    return token?.kind === "symbol" ? `'${token.symbol}'` : `'${token?.text ?? ""}'`;
  }
}

function requireField(name: string): string {
  if (!ROOTS.test(name)) throw invalidQuery(`Invalid query: unknown field ${name}`);
  return name;
}
