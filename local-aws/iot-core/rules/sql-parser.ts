import { isJsonObject, objectOf, ownMember, type Json } from "../shadow/json.ts";
import { SQL_FUNCTIONS } from "./sql-functions.ts";
import type { Evaluate } from "./sql-scope.ts";
import { SqlCursor } from "./sql-cursor.ts";
import { sqlError, type SqlToken } from "./sql-tokens.ts";
import { castTo, isCastType } from "./sql-cast.ts";
import { BINARY_OPERATORS, not, toBoolean, type SqlValue } from "./sql-values.ts";

/** A rule's SQL, compiled. */
export interface RuleQuery {
  /** The topic filter of FROM. */
  readonly topicFilter: string;
  /** True only when WHERE is true: Undefined is not. */
  readonly isMatch: (...scope: Parameters<Evaluate>) => boolean;
  /** What the actions get; `undefined` stands for the payload as it came, when it is no JSON and all of it was selected. */
  readonly select: Evaluate;
}

/** Compiles AWS IoT SQL of version 2016-03-23. Throws AwsError `SqlParseException` naming what it does not know. */
export function parseRuleQuery(sql: string): RuleQuery {
  return new SqlParser(sql).query();
}

/** Compiles one expression, as substitution templates have them. Throws AwsError `SqlParseException`. */
export function parseExpression(sql: string): Evaluate {
  return new SqlParser(sql).onlyExpression();
}

const KEYWORDS = new Set([
  "select",
  "from",
  "where",
  "as",
  "and",
  "or",
  "not",
  "in",
  "case",
  "when",
  "then",
  "else",
  "end",
  "value",
  "exists",
]);
/** From loosest to tightest; NOT stands between AND and the comparisons. */
const COMPARISONS = new Set(["=", "<>", "!=", "<", "<=", ">", ">="]);

interface SelectItem {
  readonly name: string | undefined;
  readonly evaluate: Evaluate;
}

class SqlParser extends SqlCursor {
  query(): RuleQuery {
    this.expectWord("select");
    const select = this.takeWord("value") ? this.#expression() : this.#selectList();
    this.expectWord("from");
    const from = this.next();
    if (from.kind !== "string") throw this.unexpected("a topic filter in quotes", from);
    const where = this.takeWord("where") ? this.#expression() : () => true;
    this.expectEnd();
    return { topicFilter: from.text, isMatch: (scope) => toBoolean(where(scope)) === true, select };
  }

  onlyExpression(): Evaluate {
    const expression = this.#expression();
    this.expectEnd();
    return expression;
  }

  #selectList(): Evaluate {
    const items: SelectItem[] = [];
    do items.push(this.#selectItem());
    while (this.takeSymbol(","));
    const [only] = items;
    if (items.length === 1 && only !== undefined && only.name === undefined) return only.evaluate;
    return (scope) => objectOf(items.flatMap((item) => membersOf(item, item.evaluate(scope))));
  }

  #selectItem(): SelectItem {
    const first = this.peek();
    if (this.takeSymbol("*")) return { name: undefined, evaluate: ({ payload }) => payload };
    const start = this.position;
    const evaluate = this.#expression();
    if (this.takeWord("as")) return { name: this.name("an alias"), evaluate };
    const lastName = this.since(start).findLast(({ kind }) => kind === "name");
    const isNamed = first.kind === "name" && lastName?.kind === "name";
    if (!isNamed) throw sqlError(`An alias (AS) is needed for an expression in: ${this.sql}`);
    const isPath = !this.since(start).some((token) => token.kind === "symbol" && token.text !== ".");
    return { name: isPath ? lastName.text : first.text, evaluate };
  }

  #expression(): Evaluate {
    return this.#binary(["or"], () => this.#binary(["and"], () => this.#negation()));
  }

  #binary(operators: readonly string[], operand: () => Evaluate): Evaluate {
    let left = operand();
    for (let operator = this.takeOneOf(operators); operator !== undefined; operator = this.takeOneOf(operators)) {
      const [first, second, compute] = [left, operand(), BINARY_OPERATORS[operator]];
      if (compute === undefined) throw sqlError(`Unknown operator ${operator}`);
      left = (scope) => compute(first(scope), second(scope));
    }
    return left;
  }

  #negation(): Evaluate {
    if (!this.takeWord("not")) return this.#comparison();
    const operand = this.#negation();
    return (scope) => not(operand(scope));
  }

  #comparison(): Evaluate {
    const left = this.#binary([...COMPARISONS], () => this.#sum());
    if (!this.takeWord("in")) return left;
    const list = this.#list();
    const isEqual = BINARY_OPERATORS["="];
    return (scope) => {
      const value = left(scope);
      if (value === undefined) return undefined;
      return list.some((item) => isEqual?.(value, item(scope)) === true);
    };
  }

  #list(): Evaluate[] {
    const close = this.takeSymbol("(") ? ")" : "]";
    if (close === "]") this.expectSymbol("[");
    const items: Evaluate[] = [];
    if (this.takeSymbol(close)) return items;
    do items.push(this.#expression());
    while (this.takeSymbol(","));
    this.expectSymbol(close);
    return items;
  }

  #sum(): Evaluate {
    return this.#binary(["+", "-"], () => this.#binary(["*", "/", "%"], () => this.#signed()));
  }

  #signed(): Evaluate {
    if (!this.takeSymbol("-")) return this.#path(this.#primary());
    const operand = this.#signed();
    return (scope) => BINARY_OPERATORS["-"]?.(0, operand(scope));
  }

  /** `.name` after a value reads a member. */
  #path(root: Evaluate): Evaluate {
    let evaluate = root;
    while (this.takeSymbol(".")) {
      const [container, name] = [evaluate, this.name("a member's name")];
      evaluate = (scope) => memberOf(container(scope), name);
    }
    return evaluate;
  }

  #primary(): Evaluate {
    const token = this.next();
    switch (token.kind) {
      case "number":
        return () => token.value;
      case "string":
        return () => token.text;
      case "name":
        return this.#named(token.text);
      case "symbol":
        return this.#symbolic(token);
      case "end":
        throw this.unexpected("an expression", token);
    }
  }

  #symbolic(token: SqlToken & { readonly text: string }): Evaluate {
    if (token.text === "*") return ({ payload }) => payload;
    if (token.text === "[") {
      this.stepBack();
      const items = this.#list();
      return (scope) => items.flatMap((item): Json[] => [item(scope) ?? null]);
    }
    if (token.text !== "(") throw this.unexpected("an expression", token);
    if (this.isWord("select")) throw sqlError("Nested SELECT is not emulated");
    const inner = this.#expression();
    this.expectSymbol(")");
    return inner;
  }

  #named(name: string): Evaluate {
    const lower = name.toLowerCase();
    if (lower === "true" || lower === "false") return () => lower === "true";
    if (lower === "null") return () => null;
    if (lower === "case") return this.#case();
    if (lower === "exists") throw sqlError("EXISTS is not emulated");
    if (KEYWORDS.has(lower)) throw sqlError(`Unexpected ${name} in: ${this.sql}`);
    if (this.takeSymbol("(")) return lower === "cast" ? this.#cast() : this.#call(name);
    return ({ payload }) => memberOf(payload, name);
  }

  #call(name: string): Evaluate {
    const known = SQL_FUNCTIONS.get(name.toLowerCase());
    if (known === undefined) throw sqlError(`Unknown function ${name}`);
    if (name.toLowerCase() === "encode" && this.takeSymbol("*")) return this.#encodePayload();
    const args: Evaluate[] = [];
    if (!this.takeSymbol(")")) {
      do args.push(this.#expression());
      while (this.takeSymbol(","));
      this.expectSymbol(")");
    }
    if (args.length < known.argumentCountMin || args.length > known.argumentCountMax) {
      throw sqlError(`Function ${name} does not take ${args.length} arguments`);
    }
    return (scope) =>
      known.run(
        args.map((argument) => argument(scope)),
        scope,
      );
  }

  /** `encode(*, 'base64')`: the bytes as they came, JSON or not (AWS: working with binary payloads). */
  #encodePayload(): Evaluate {
    this.expectSymbol(",");
    const scheme = this.#expression();
    this.expectSymbol(")");
    return (scope) => (scheme(scope) === "base64" ? scope.message.payload.toString("base64") : undefined);
  }

  #cast(): Evaluate {
    const operand = this.#expression();
    this.expectWord("as");
    const type = this.name("a type").toLowerCase();
    if (!isCastType(type)) throw sqlError(`cast does not know the type ${type}`);
    this.expectSymbol(")");
    return (scope) => castTo(type, operand(scope));
  }

  /** AWS has only `CASE v WHEN …`, and its result is Undefined when `v` is (AWS: case statements). */
  #case(): Evaluate {
    if (this.isWord("when")) throw sqlError(`CASE needs an expression before WHEN in: ${this.sql}`);
    const subject = this.#expression();
    const branches: { readonly when: Evaluate; readonly then: Evaluate }[] = [];
    while (this.takeWord("when")) {
      const when = this.#expression();
      this.expectWord("then");
      branches.push({ when, then: this.#expression() });
    }
    const otherwise = this.takeWord("else") ? this.#expression() : () => undefined;
    this.expectWord("end");
    if (branches.length === 0) throw sqlError(`CASE needs a WHEN in: ${this.sql}`);
    const isEqual = BINARY_OPERATORS["="];
    return (scope) => {
      const value = subject(scope);
      if (value === undefined) return undefined;
      const hit = branches.find(({ when }) => isEqual?.(value, when(scope)) === true);
      return (hit?.then ?? otherwise)(scope);
    };
  }
}

/** A name reads a member of an object only; Undefined elsewhere. */
const memberOf = (container: SqlValue, name: string): SqlValue => (isJsonObject(container) ? ownMember(container, name) : undefined);

/** What is Undefined is left out; `*` adds the members of the payload. */
function membersOf({ name }: SelectItem, value: SqlValue): [string, Json][] {
  if (name === undefined) return isJsonObject(value) ? Object.entries(value) : [];
  return value === undefined ? [] : [[name, value]];
}
