import type { Actor } from "./audit-row.ts";

/** A lock-out tag as the HTTP API shows it. */
export interface LockView {
  thing: string;
  note: string;
  by: { username: string; name: string };
  atMs: number;
}

/** The part of a tag that people see; null when there is none. */
export function toLockView(tag: { thing: string; note: string; by: Actor; atMs: number } | undefined): LockView | null {
  return tag ? { thing: tag.thing, note: tag.note, by: { username: tag.by.username, name: tag.by.name }, atMs: tag.atMs } : null;
}
