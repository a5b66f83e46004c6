import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { AuditFilter, AuditPosition } from "./audit-filter.ts";

const positionSchema = z.strictObject({ partition: z.string(), beforeAt: z.string().nullable() });

/** What a cursor is good for: one viewer, one filter. */
export interface CursorScope {
  sub: string;
  filter: AuditFilter;
}

/** The position as an opaque text that only this product can have made, for this viewer and filter. */
export function sealCursor(position: AuditPosition, scope: CursorScope, key: Buffer): string {
  const body = Buffer.from(JSON.stringify(position)).toString("base64url");
  return `${body}.${sign(body, scope, key).toString("base64url")}`;
}

/** The position, or undefined for a cursor that was altered or made for somebody or something else. Any of `keys` may have made it. */
export function openCursor(cursor: string, scope: CursorScope, keys: readonly Buffer[]): AuditPosition | undefined {
  const [body = "", signature = "", ...rest] = cursor.split(".");
  const given = Buffer.from(signature, "base64url");
  const isGenuine = rest.length === 0 && keys.some((key) => isEqual(given, sign(body, scope, key)));
  if (!isGenuine) return undefined;
  return positionSchema.parse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
}

function sign(body: string, { sub, filter }: CursorScope, key: Buffer): Buffer {
  const scope = createHash("sha256")
    .update(JSON.stringify([sub, Object.entries(filter).sort()]))
    .digest("hex");
  return createHmac("sha256", key).update(`audit-cursor\n${scope}\n${body}`).digest();
}

function isEqual(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
