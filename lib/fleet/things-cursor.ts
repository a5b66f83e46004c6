import { createHmac, timingSafeEqual } from "node:crypto";
import type { ThingsQuery } from "./things-query.ts";

/** What a cursor is good for: one viewer, one list. */
export interface ThingsCursorScope {
  sub: string;
  query: Pick<ThingsQuery, "q" | "site" | "type" | "group" | "state" | "names" | "sort" | "by">;
}

const SIGNATURE_BYTES = 16;

function sign(offset: number, { sub, query }: ThingsCursorScope, key: Buffer): Buffer {
  const { q, site, type, group, state, names, sort, by } = query;
  const list = JSON.stringify([sub, q ?? "", site ?? [], type ?? [], group ?? [], state ?? [], names ?? [], sort ?? "", by ?? ""]);
  return createHmac("sha256", key).update(`things-cursor\n${offset}\n${list}`).digest().subarray(0, SIGNATURE_BYTES);
}

/** Where the next page begins, as a text that only this product can have made, for this viewer and list. */
export function sealThingsCursor(offset: number, scope: ThingsCursorScope, key: Buffer): string {
  return `${offset}.${sign(offset, scope, key).toString("base64url")}`;
}

/** The offset, or undefined for a cursor that was altered or made for somebody or something else. Any of `keys` may have made it. */
export function openThingsCursor(cursor: string, scope: ThingsCursorScope, keys: readonly Buffer[]): number | undefined {
  const [, digits, signature = ""] = /^([1-9]\d{0,5})\.([\w-]{22})$/.exec(cursor) ?? [];
  if (digits === undefined) return undefined;
  const offset = Number(digits);
  const given = Buffer.from(signature, "base64url");
  const isGenuine = keys.some((key) => given.length === SIGNATURE_BYTES && timingSafeEqual(given, sign(offset, scope, key)));
  // Base64 has several spellings of the same bytes; only the one that was handed out is taken.
  return isGenuine && given.toString("base64url") === signature ? offset : undefined;
}
