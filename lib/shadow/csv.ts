export type CsvValue = string | number | boolean | null | undefined;

/** A spreadsheet takes these, at a cell's start, for the beginning of a formula (OWASP, CSV injection). */
const FORMULA_START = /^[\s\u0000-\u001f]*[=+\-@|%\t\r\uff1d\uff0b\uff0d\uff20]/u;

/** Characters that a terminal or a reader obeys instead of showing; written out, so that a word of a device cannot hide or recolour others. */
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** One line of CSV (RFC 4180) in which no text is a formula: such text gets an apostrophe before it. Numbers stay numbers. */
export function toCsvLine(values: readonly CsvValue[]): string {
  return `${values.map(toCell).join(",")}\r\n`;
}

function toCell(value: CsvValue): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const inert = value.replace(UNSEEN, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const safe = FORMULA_START.test(inert) ? `'${inert}` : inert;
  return /[",\r\n]/.test(safe) || safe !== value ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A download; the type keeps browsers from showing it as a page. */
export function csvResponse(body: ReadableStream<Uint8Array> | string, fileName: string): Response {
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${fileName}"`,
      "x-content-type-options": "nosniff",
    },
  });
}
