import { type AuditFacts, type AuditRow, closedRow, DEFAULT_TIMEOUT_MS, pendingRow } from "./audit-row.ts";
import type { AuditStore } from "./audit-store.ts";
import { accept, type ChangeAuthor, isOwnWrite, observe, type ShadowChange } from "./command-model.ts";
import { mayForget } from "./recent-rows.ts";
import { fieldNames, pickState, wishesOf } from "./shadow-state.ts";

/** Rows of one thing that learn what it does, the newest; older ones keep what they have. */
const OBSERVING_ROWS_MAX = 100;

/**
 * Writes one shadow change into the log: its author's row is accepted (or made, when nobody here asked for it), and the rows that wait
 * for the thing learn what it did. Safe to repeat: a second delivery of the same change finds everything done.
 */
export async function recordChange(change: ShadowChange, store: AuditStore): Promise<void> {
  const { thing, atMs: nowMs } = change;
  const [author, recent] = await Promise.all([findAuthor(change, store), store.listRecent(thing)]);
  const others = recent.filter(({ id }) => id !== author?.id);
  const observing = others.slice(0, OBSERVING_ROWS_MAX);
  const rows = await Promise.all(observing.map(({ id }) => store.transition(id, (row) => observe(row, change, author))));
  const settled = observing.filter((ref, at) => mayForget(ref, rows[at], { thing, nowMs }));
  await store.forgetRecent(thing, [...settled, ...others.slice(OBSERVING_ROWS_MAX)]);
}

/** The one row of this version, when the version changed `desired`. */
async function findAuthor(change: ShadowChange, store: AuditStore): Promise<ChangeAuthor | null> {
  const own = change.clientToken === null ? undefined : await store.find(change.clientToken);
  if (own && isOwnWrite(own, change)) {
    const { version, atMs } = change;
    const row = await store.transition(own.id, (latest) => accept(latest, { version, atMs, reported: change.after.reported }), own);
    return row ? { id: row.id, kind: row.kind, of: row.of } : null;
  }
  if (Object.keys(change.desiredDiff).length === 0) return null;
  const outside = outsideRow(change);
  await store.insert(outside);
  return { id: outside.id, kind: "outside", of: null };
}

/** A write that did not come through the deck: AWS does not say whose it was (AWS.md F.4). */
function outsideRow(change: ShadowChange): AuditRow {
  const { thing, site, version, timestamp, atMs, desiredDiff, before, after } = change;
  const facts: AuditFacts = {
    // The version alone would come again after a shadow was deleted for good; the pair does not.
    id: `v-${thing}-${version}-${timestamp}`,
    kind: "outside",
    atMs,
    actor: null,
    origin: { via: "outside" },
    thing,
    site,
    patch: desiredDiff,
    fields: fieldNames(desiredDiff),
    before: { desired: pickState(before.desired, desiredDiff), reported: pickState(before.reported, desiredDiff) },
    expectedVersion: version - 1,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    expiresAtMs: null,
    run: null,
    of: null,
    note: null,
  };
  // Who only takes wishes out asks the device for nothing.
  if (Object.keys(wishesOf(desiredDiff)).length === 0) return { ...closedRow(facts, { status: "recorded" }), version };
  return { ...accept(pendingRow(facts), { version, atMs, reported: after.reported }), revision: 0 };
}
