/** An element's text, or its children by name. */
export type XmlNode = string | { readonly [name: string]: XmlNode };

/** One document with `name` as its root. Text is escaped. */
export function toXml(name: string, node: XmlNode, namespace: string): string {
  return `<${name} xmlns="${namespace}">${inner(node)}</${name}>`;
}

function inner(node: XmlNode): string {
  if (typeof node === "string") return escapeText(node);
  return Object.entries(node)
    .map(([name, child]) => `<${name}>${inner(child)}</${name}>`)
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Control characters that XML 1.0 cannot carry at all are dropped. */
function escapeText(text: string): string {
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, "").replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}
