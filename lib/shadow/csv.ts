export type CsvValue = string | number | boolean | null | undefined;

/** A spreadsheet takes these, at a cell's start, for the beginning of a formula (OWASP, CSV injection). */
const FORMULA_START = /^[\s\u0000-\u001f]*[=+\-@|%\t\r\uff1d\uff0b\uff0d\uff20]/u;

/** One line of CSV (RFC 4180) in which no text is a formula: such text gets an apostrophe before it. Numbers stay numbers. */
export function toCsvLine(values: readonly CsvValue[]): string {
  return `${values.map(toCell).join(",")}\r\n`;
}

function toCell(value: CsvValue): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const safe = FORMULA_START.test(value) ? `'${value}` : value;
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
