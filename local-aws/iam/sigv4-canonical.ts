import { createHash } from "node:crypto";

/** A request as it was on the wire; header order and duplicates kept, `target` is the request line's path and query. */
export interface SignableRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array | undefined;
}

/** One decoded query parameter. */
export type QueryParameter = readonly [name: string, value: string];

/** RFC 3986 encoding of everything but unreserved characters, as SigV4 wants it (UTF-8, upper-case hex). */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The query's parameters, decoded; undefined when a percent escape is broken. A `+` stays a plus sign. */
export function parseQuery(query: string): QueryParameter[] | undefined {
  try {
    return query
      .split("&")
      .filter((pair) => pair !== "")
      .map((pair) => {
        const equals = pair.indexOf("=");
        const [name, value] = equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
        return [decodeURIComponent(name), decodeURIComponent(value)] as const;
      });
  } catch {
    return undefined;
  }
}

/** Splits the request target at its first `?`. */
export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf("?");
  return mark < 0 ? { path: target, query: "" } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** The path segment by segment, encoded once more than on the wire; dot segments and empty ones resolved unless told not to. */
export function canonicalPath(path: string, isNormalized: boolean): string {
  const absolute = path === "" ? "/" : path;
  const resolved = isNormalized ? withoutDotSegments(absolute) : absolute;
  return resolved.split("/").map(encodeRfc3986).join("/");
}

function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split("/");
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const isFolder = kept.length > 0 && segments.at(-1) === "";
  return `/${kept.join("/")}${isFolder ? "/" : ""}`;
}

/** Parameters in order of their encoded names, then values; `without` names are left out. */
export function canonicalQuery(parameters: readonly QueryParameter[], without: readonly string[]): string {
  return parameters
    .filter(([name]) => !without.includes(name))
    .map(([name, value]) => [encodeRfc3986(name), encodeRfc3986(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A header's values trimmed, runs of white space made one space, duplicates joined in their order. */
export function canonicalHeaderValue(values: readonly string[]): string {
  return values.map((value) => value.trim().replace(/\s+/g, " ")).join(",");
}

export function sha256Hex(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}
