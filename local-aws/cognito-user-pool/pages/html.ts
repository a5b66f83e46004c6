/** Markup that is safe to send: made by `html`, never from a plain string. */
export interface Html {
  readonly markup: string;
}

type Value = Html | string | number | undefined | false | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function render(value: Value): string {
  if (value === undefined || value === false) return "";
  if (typeof value === "string" || typeof value === "number")
    return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
  return "markup" in value ? value.markup : value.map((item) => item.markup).join("");
}

/** Template tag that escapes every value but nested `Html`; attribute values must stand in double quotes. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return { markup: parts.map((part, at) => part + render(values[at])).join("") };
}
