/** One word of AWS IoT SQL. */
export type Token =
  | { readonly kind: "name"; readonly text: string }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "symbol"; readonly text: string };

const PATTERNS: readonly (readonly [RegExp, (text: string) => Token | undefined])[] = [
  [/\s+/y, () => undefined],
  [/'(?:[^']|'')*'/y, (text) => ({ kind: "string", text: text.slice(1, -1).replaceAll("''", "'") })],
  [/"(?:[^"\\]|\\.)*"/y, (text) => ({ kind: "string", text: text.slice(1, -1).replaceAll(/\\(.)/g, "$1") })],
  [/\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y, (text) => ({ kind: "number", value: Number(text) })],
  [/[A-Za-z_$][\w$-]*/y, (text) => ({ kind: "name", text })],
  [/<>|<=|>=|!=|[-+*/%=<>(),.[\]{}]/y, (text) => ({ kind: "symbol", text })],
];

/** Throws an Error that shows the place it cannot read. */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const [length, token] = readToken(sql, at);
    if (length === 0) throw new Error(`unexpected character at "${sql.slice(at, at + 20)}"`);
    if (token !== undefined) tokens.push(token);
    at += length;
  }
  return tokens;
}

function readToken(sql: string, at: number): readonly [length: number, token: Token | undefined] {
  for (const [pattern, make] of PATTERNS) {
    pattern.lastIndex = at;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined) return [text.length, make(text)];
  }
  return [0, undefined];
}
