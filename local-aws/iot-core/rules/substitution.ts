import { parseExpression } from "./sql-parser.ts";
import type { Evaluate, SqlScope } from "./sql-scope.ts";
import { sqlError } from "./sql-tokens.ts";
import { toText } from "./sql-values.ts";

/** A text with `${expression}` in it, compiled. Evaluating throws an Error naming an expression that is Undefined. */
export type Template = (scope: SqlScope) => string;

/** Compiles a substitution template. Throws AwsError `SqlParseException` for what it does not know. */
export function parseTemplate(text: string): Template {
  const pieces: (string | { readonly source: string; readonly evaluate: Evaluate })[] = [];
  let at = 0;
  for (let open = text.indexOf("${"); open >= 0; open = text.indexOf("${", at)) {
    const close = findClose(text, open + 2);
    const source = text.slice(open + 2, close);
    pieces.push(text.slice(at, open), { source, evaluate: parseExpression(source) });
    at = close + 1;
  }
  pieces.push(text.slice(at));
  return (scope) =>
    pieces
      .map((piece) => {
        if (typeof piece === "string") return piece;
        const value = piece.evaluate(scope);
        if (value === undefined) throw new Error(`The substitution template \${${piece.source}} is Undefined`);
        return toText(value);
      })
      .join("");
}

/** The brace that ends a template; those in quotes do not count. */
function findClose(text: string, start: number): number {
  let quote = "";
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === "}") return at;
  }
  throw sqlError(`A substitution template is not closed in: ${text}`);
}
