import type { AuditRow } from "./audit-row.ts";

/** An audit row as the HTTP API shows it. Field meanings are those of AuditRow. */
export type CommandView = Omit<AuditRow, "id" | "early" | "revision" | "actor"> & {
  commandId: string;
  actor: { username: string; name: string } | null;
};

const INTERNAL: ReadonlySet<string> = new Set(["early", "revision"] satisfies (keyof AuditRow)[]);

/** The part of a row that people see. */
export function toCommandView(row: AuditRow): CommandView {
  const { id, actor, ...rest } = row;
  const view = { commandId: id, ...rest, actor: actor && { username: actor.username, name: actor.name } };
  return Object.fromEntries(Object.entries(view).filter(([name]) => !INTERNAL.has(name))) as unknown as CommandView;
}
