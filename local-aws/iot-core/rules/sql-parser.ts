import { isFunction } from "./sql-functions.ts";
import { tokenize, type Token } from "./sql-lexer.ts";

export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "everything" }
  | { readonly kind: "path"; readonly names: readonly string[] }
  | { readonly kind: "member"; readonly of: Expression; readonly name: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "not" | "negative"; readonly of: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: "case";
      readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
      readonly otherwise?: Expression;
    };

export interface Statement {
  readonly select: readonly { readonly expression: Expression; readonly alias: string }[];
  readonly topicFilter: string;
  readonly where?: Expression;
}

/**
 * Parses a rule of SQL version 2016-03-23 (AWS IoT developer guide, "AWS IoT SQL reference").
 * Throws an Error that names the construct it does not know: a rule that would do something else than on AWS must not start.
 */
export function parseStatement(sql: string): Statement {
  const parser = new Parser(tokenize(sql));
  const statement = parser.statement();
  parser.end();
  return statement;
}

/** Parses what stands between `${` and `}` in an action's parameter. */
export function parseExpression(text: string): Expression {
  const parser = new Parser(tokenize(text));
  const expression = parser.expression();
  parser.end();
  return expression;
}

const COMPARISONS = ["=", "<>", "!=", "<=", ">=", "<", ">"];
const CAST_TYPES = ["String", "Int", "Decimal", "Boolean"];
const DEPTH_MAX = 64;

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  statement(): Statement {
    this.#expectWord("SELECT");
    const select = [this.#selected()];
    while (this.#takeSymbol(",")) select.push(this.#selected());
    this.#expectWord("FROM");
    const topicFilter = this.#string("a quoted topic filter");
    if (!this.#takeWord("WHERE")) return { select, topicFilter };
    return { select, topicFilter, where: this.expression() };
  }

  expression(): Expression {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) throw new Error("the expression is nested too deeply");
    const result = this.#leftAssociative(["OR"], () => this.#leftAssociative(["AND"], () => this.#negation()));
    this.#depth -= 1;
    return result;
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new Error(`"${this.#spell()}" is not a construct the local AWS knows`);
  }

  #selected(): { expression: Expression; alias: string } {
    if (this.#takeSymbol("*")) return { expression: { kind: "everything" }, alias: "*" };
    const expression = this.expression();
    return { expression, alias: this.#takeWord("AS") ? this.#name() : defaultAlias(expression) };
  }

  #negation(): Expression {
    return this.#takeWord("NOT") ? { kind: "not", of: this.#negation() } : this.#comparison();
  }

  #comparison(): Expression {
    const left = this.#sum();
    if (this.#takeWord("IN")) return { kind: "binary", operator: "IN", left, right: this.#sum() };
    const operator = COMPARISONS.find((symbol) => this.#takeSymbol(symbol));
    if (operator === undefined) return left;
    return { kind: "binary", operator: operator === "!=" ? "<>" : operator, left, right: this.#sum() };
  }

  #sum(): Expression {
    return this.#leftAssociative(["+", "-"], () => this.#leftAssociative(["*", "/", "%"], () => this.#unary()));
  }

  #unary(): Expression {
    return this.#takeSymbol("-") ? { kind: "negative", of: this.#unary() } : this.#members(this.#primary());
  }

  #leftAssociative(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = operators.find((candidate) => this.#takeSymbol(candidate) || this.#takeWord(candidate));
      if (operator === undefined) return left;
      left = { kind: "binary", operator, left, right: operand() };
    }
  }

  #members(of: Expression): Expression {
    let expression = of;
    while (this.#takeSymbol(".")) {
      const name = this.#name();
      expression =
        expression.kind === "path" ? { kind: "path", names: [...expression.names, name] } : { kind: "member", of: expression, name };
    }
    return expression;
  }

  #primary(): Expression {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Error("the statement ends too early");
    if (this.#takeSymbol("(")) return this.#closed(this.expression(), ")");
    if (this.#takeSymbol("[")) return { kind: "list", items: this.#arguments("]") };
    this.#at += 1;
    switch (token.kind) {
      case "string":
        return { kind: "literal", value: token.text };
      case "number":
        return { kind: "literal", value: token.value };
      case "name":
        return this.#named(token.text);
      case "symbol":
        if (token.text === "*") return { kind: "everything" };
        throw new Error(`"${token.text}" is not a construct the local AWS knows here`);
    }
  }

  #named(name: string): Expression {
    const word = name.toLowerCase();
    if (word === "true" || word === "false") return { kind: "literal", value: word === "true" };
    if (word === "null") return { kind: "literal", value: null };
    if (word === "case") return this.#case();
    if (!this.#takeSymbol("(")) return { kind: "path", names: [name] };
    if (word === "cast") return this.#cast();
    if (!isFunction(word)) throw new Error(`the function ${name}() is not one the local AWS knows`);
    return { kind: "call", name: word, args: this.#arguments(")") };
  }

  #cast(): Expression {
    const value = this.expression();
    this.#expectWord("AS");
    const wanted = this.#name();
    const type = CAST_TYPES.find((candidate) => candidate.toLowerCase() === wanted.toLowerCase());
    if (type === undefined) throw new Error(`cast to ${wanted} is not one the local AWS knows`);
    return this.#closed({ kind: "call", name: "cast", args: [value, { kind: "literal", value: type }] }, ")");
  }

  #case(): Expression {
    const subject = this.#peekWord("WHEN") ? undefined : this.expression();
    const branches = [];
    while (this.#takeWord("WHEN")) {
      const condition = this.expression();
      const when: Expression = subject === undefined ? condition : { kind: "binary", operator: "=", left: subject, right: condition };
      this.#expectWord("THEN");
      branches.push({ when, then: this.expression() });
    }
    const otherwise = this.#takeWord("ELSE") ? this.expression() : undefined;
    this.#expectWord("END");
    return { kind: "case", branches, ...(otherwise === undefined ? {} : { otherwise }) };
  }

  #arguments(close: string): Expression[] {
    if (this.#takeSymbol(close)) return [];
    const args = [this.expression()];
    while (this.#takeSymbol(",")) args.push(this.expression());
    this.#closed(args, close);
    return args;
  }

  #closed<Value>(value: Value, close: string): Value {
    if (!this.#takeSymbol(close)) throw new Error(`"${close}" is missing before "${this.#spell()}"`);
    return value;
  }

  #name(): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "name" && token?.kind !== "string") throw new Error(`a name is missing before "${this.#spell()}"`);
    this.#at += 1;
    return token.text;
  }

  #string(what: string): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "string") throw new Error(`${what} is missing before "${this.#spell()}"`);
    this.#at += 1;
    return token.text;
  }

  #takeSymbol(text: string): boolean {
    const token = this.#tokens[this.#at];
    const isIt = token?.kind === "symbol" && token.text === text;
    if (isIt) this.#at += 1;
    return isIt;
  }

  #peekWord(word: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === "name" && token.text.toUpperCase() === word;
  }

  #takeWord(word: string): boolean {
    const isIt = this.#peekWord(word);
    if (isIt) this.#at += 1;
    return isIt;
  }

  #expectWord(word: string): void {
    if (!this.#takeWord(word)) throw new Error(`${word} is missing before "${this.#spell()}"`);
  }

  #spell(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) return "the end";
    return token.kind === "number" ? String(token.value) : token.text;
  }
}

/** Without AS a path keeps its last name and a function its own. */
function defaultAlias(expression: Expression): string {
  if (expression.kind === "path") return expression.names.at(-1) ?? "";
  if (expression.kind === "member" || expression.kind === "call") return expression.name;
  throw new Error("an expression in SELECT needs a name: add AS");
}
