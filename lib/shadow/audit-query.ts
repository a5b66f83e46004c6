import { z } from "zod";
import { type AuditFilter, auditFilterSchema } from "./audit-filter.ts";

const pageSchema = z.object({ cursor: z.string().max(1_000).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });

export interface AuditQuery {
  filter: AuditFilter;
  cursor?: string | undefined;
  limit: number;
}

/** Reads the query string of the audit addresses; an empty value counts as absent. Throws ZodError. */
export function parseAuditQuery(query: URLSearchParams): AuditQuery {
  const { cursor, limit, ...filter } = Object.fromEntries([...query].filter(([, value]) => value !== ""));
  return { filter: auditFilterSchema.parse(filter), ...pageSchema.parse({ cursor, limit }) };
}
