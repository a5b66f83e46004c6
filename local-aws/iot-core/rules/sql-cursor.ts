import { sqlError, tokenizeSql, type SqlToken } from "./sql-tokens.ts";

/** Walks over the tokens of one SQL text; `take…` steps only over what it is asked for. */
export class SqlCursor {
  readonly sql: string;
  readonly #tokens: readonly SqlToken[];
  #at = 0;

  constructor(sql: string) {
    this.sql = sql;
    this.#tokens = tokenizeSql(sql);
  }

  get position(): number {
    return this.#at;
  }

  /** The tokens from a position up to here. */
  since(start: number): readonly SqlToken[] {
    return this.#tokens.slice(start, this.#at);
  }

  stepBack(): void {
    this.#at -= 1;
  }

  peek(): SqlToken {
    return this.#tokens[this.#at] ?? { kind: "end", text: "" };
  }

  next(): SqlToken {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  isWord(word: string): boolean {
    const token = this.peek();
    return token.kind === "name" && token.text.toLowerCase() === word;
  }

  takeWord(word: string): boolean {
    const isThere = this.isWord(word);
    if (isThere) this.#at += 1;
    return isThere;
  }

  takeSymbol(symbol: string): boolean {
    const token = this.peek();
    const isThere = token.kind === "symbol" && token.text === symbol;
    if (isThere) this.#at += 1;
    return isThere;
  }

  takeOneOf(operators: readonly string[]): string | undefined {
    return operators.find((operator) => (/[a-z]/.test(operator) ? this.takeWord(operator) : this.takeSymbol(operator)));
  }

  name(what: string): string {
    const token = this.next();
    if (token.kind !== "name") throw this.unexpected(what, token);
    return token.text;
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.unexpected(word.toUpperCase(), this.peek());
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected(`'${symbol}'`, this.peek());
  }

  expectEnd(): void {
    if (this.peek().kind !== "end") throw this.unexpected("the end", this.peek());
  }

  unexpected(expected: string, token: SqlToken) {
    const found = token.kind === "end" ? "the end" : token.kind === "number" ? String(token.value) : token.text;
    return sqlError(`Expected ${expected} but found ${found} in: ${this.sql}`);
  }
}
