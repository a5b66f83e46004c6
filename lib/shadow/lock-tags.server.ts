import "server-only";
import { z } from "zod";
import { THING_NAME } from "../fleet/topics.ts";
import { AppError } from "../platform/app-error.ts";
import { auditLog } from "./audit-log.server.ts";
import { type AuditFacts, closedRow, DEFAULT_TIMEOUT_MS } from "./audit-row.ts";
import { type Asker, actorOf } from "./request-origin.ts";
import { readThingFacts } from "./thing-facts.server.ts";
import { deleteItem, getItem, insertItem, listItems } from "./workspace.server.ts";

const LOCKS = "locks";
const PREFIX = "lock#";

const lockSchema = z.object({
  thing: z.string(),
  site: z.string(),
  note: z.string(),
  by: z.object({ sub: z.string(), username: z.string(), name: z.string() }),
  atMs: z.number(),
});

/** A lock-out tag: while it hangs on a thing, nobody switches the thing from the deck. */
export type LockTag = z.infer<typeof lockSchema>;

/** What PUT /api/things/{thing}/lock takes. */
export const lockRequestSchema = z.strictObject({ note: z.string().trim().min(1).max(500) });

const keyOf = (thing: string) => ({ pk: LOCKS, sk: `${PREFIX}${thing}` });

/** The tag on a thing, if any. Throws workspace/unavailable: a tag that cannot be read is not ignored. */
export async function findLock(thing: string): Promise<LockTag | undefined> {
  const item = await getItem(keyOf(thing));
  return item && lockSchema.parse(item);
}

/** Every tag, by thing name. */
export async function listLocks(): Promise<LockTag[]> {
  return (await listItems(LOCKS, PREFIX)).map((item) => lockSchema.parse(item));
}

/** The tags of the viewer's sites. */
export async function listSiteLocks(viewer: Asker["viewer"]): Promise<LockTag[]> {
  return (await listLocks()).filter(({ site }) => viewer.sites.some(({ id }) => id === site));
}

/** The tag of a thing among the viewer's sites. Throws thing/not-found. */
export async function readLock(asker: Pick<Asker, "viewer">, thing: string): Promise<LockTag | undefined> {
  await requireSite(asker, thing);
  return await findLock(thing);
}

/** Hangs a tag on the thing; the audit row comes first. Throws thing/not-found, and shadow/locked when one hangs there already. */
export async function putLock(asker: Asker, thing: string, note: string): Promise<LockTag> {
  const site = await requireSite(asker, thing);
  const existing = await findLock(thing);
  if (existing) throw alreadyLocked(existing);
  const tag: LockTag = { thing, site, note, by: actorOf(asker.viewer), atMs: Date.now() };
  await record(asker, { kind: "lock", thing, site, note });
  if (!(await insertItem({ ...keyOf(thing), ...tag }))) throw alreadyLocked((await findLock(thing)) ?? tag);
  return tag;
}

/** Takes the tag off; the audit row comes first. Throws thing/not-found, and command/nothing-to-do when there is none. */
export async function removeLock(asker: Asker, thing: string): Promise<void> {
  const site = await requireSite(asker, thing);
  const existing = await findLock(thing);
  if (!existing) throw new AppError("command/nothing-to-do");
  await record(asker, { kind: "unlock", thing, site, note: existing.note });
  await deleteItem(keyOf(thing));
}

function alreadyLocked({ note, by, atMs }: LockTag): AppError {
  return new AppError("shadow/locked", { details: { note, by: by.name, atMs } });
}

async function requireSite({ viewer }: Pick<Asker, "viewer">, thing: string): Promise<string> {
  const facts = THING_NAME.test(thing) ? await readThingFacts(thing) : undefined;
  const site = viewer.sites.find(({ id }) => id === facts?.site);
  if (!site) throw new AppError("thing/not-found");
  return site.id;
}

async function record(
  { viewer, origin }: Asker,
  entry: Pick<AuditFacts, "thing" | "site" | "note"> & { kind: "lock" | "unlock" },
): Promise<void> {
  const nothing = { patch: null, fields: [], before: null, expectedVersion: null, expiresAtMs: null, run: null, of: null };
  const id = crypto.randomUUID();
  const facts = { id, atMs: Date.now(), actor: actorOf(viewer), origin, timeoutMs: DEFAULT_TIMEOUT_MS, ...nothing, ...entry };
  await auditLog().insert(closedRow(facts, { status: "recorded" }));
}
