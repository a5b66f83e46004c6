import { z } from "zod";
import { openSignedCursor, signCursor } from "../platform/signed-cursor.ts";
import type { AuditFilter, AuditPosition } from "./audit-filter.ts";

const positionSchema = z.strictObject({ partition: z.string(), beforeAt: z.string().nullable() });

/** What a cursor is good for: one viewer, one filter. */
export interface CursorScope {
  sub: string;
  filter: AuditFilter;
}

/** The position as an opaque text that only this product can have made, for this viewer and filter. */
export function sealCursor(position: AuditPosition, scope: CursorScope, key: Buffer): string {
  return signCursor(position, flat(scope), key);
}

/** The position, or undefined for a cursor that was altered or made for somebody or something else. Any of `keys` may have made it. */
export function openCursor(cursor: string, scope: CursorScope, keys: readonly Buffer[]): AuditPosition | undefined {
  const position = openSignedCursor(cursor, flat(scope), keys);
  return position === undefined ? undefined : positionSchema.parse(position);
}

const flat = ({ sub, filter }: CursorScope): unknown[] => ["audit", sub, Object.entries(filter).sort()];
