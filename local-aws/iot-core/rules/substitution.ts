import { evaluate, type SqlMessage } from "./sql-evaluate.ts";
import { toText } from "./sql-functions.ts";
import { parseExpression, type Expression } from "./sql-parser.ts";

/** A parameter of an action with its `${...}` parsed once. */
export interface SubstitutionTemplate {
  readonly source: string;
  readonly parts: readonly (string | Expression)[];
}

/** Throws an Error that names the expression it cannot parse. */
export function parseTemplate(source: string): SubstitutionTemplate {
  const parts = source.split(/(\$\{[^}]*\})/).filter((part) => part !== "");
  return { source, parts: parts.map((part) => (part.startsWith("${") && part.endsWith("}") ? parseExpression(part.slice(2, -1)) : part)) };
}

/**
 * The text for one message; expressions see the original payload, not the aliases of SELECT.
 * Throws an Error when an expression is Undefined. (What AWS writes then is not documented; failing the action is the stricter reading.)
 */
export function fillTemplate({ source, parts }: SubstitutionTemplate, message: SqlMessage): string {
  return parts
    .map((part) => {
      const value = typeof part === "string" ? part : toText(evaluate(part, message));
      if (value === undefined) throw new Error(`an expression in ${source} is Undefined for this message`);
      return value;
    })
    .join("");
}
