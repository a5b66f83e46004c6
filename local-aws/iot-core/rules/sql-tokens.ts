import { AwsError } from "../../platform/aws-error.ts";

/** A rule that AWS would refuse, or that the local AWS does not know: `SqlParseException`, and the construct by name. */
export const sqlError = (message: string) => new AwsError("SqlParseException", message, 400);

export type SqlToken =
  | { readonly kind: "name" | "symbol"; readonly text: string }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "end"; readonly text: "" };

const TOKEN =
  /\s+|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_$][\w$]*)|(?<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*")|(?<symbol><>|!=|<=|>=|[-+*/%(),.=<>[\]])/y;

/** Splits AWS IoT SQL into tokens, with an `end` token last. */
export function tokenizeSql(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < sql.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(sql);
    if (match === null) throw sqlError(`Unexpected character ${JSON.stringify(sql.charAt(at))} at position ${at} in: ${sql}`);
    const token = toToken(match.groups ?? {});
    if (token !== undefined) tokens.push(token);
  }
  tokens.push({ kind: "end", text: "" });
  return tokens;
}

function toToken({ number, name, quoted, symbol }: Record<string, string | undefined>): SqlToken | undefined {
  if (number !== undefined) return { kind: "number", value: Number(number) };
  if (name !== undefined) return { kind: "name", text: name };
  if (symbol !== undefined) return { kind: "symbol", text: symbol };
  if (quoted === undefined) return undefined;
  const mark = quoted.charAt(0);
  return { kind: "string", text: quoted.slice(1, -1).replaceAll(mark + mark, mark) };
}
