import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../lib/fleet/thing.ts";
import { type AuditRow, pendingRow } from "../../../lib/shadow/audit-row.ts";
import { createAuditStore } from "../../../lib/shadow/audit-store.ts";
import { recordChange } from "../../../lib/shadow/record-change.ts";
import { settleDue } from "../../../lib/shadow/settle-due.ts";
import { parseShadowChange } from "../../../lib/shadow/shadow-change.ts";
import { createMemoryAudit } from "./memory-audit.ts";

const THING = "harbor-pump-01";
const ID = "00000000-0000-4000-8000-000000000001";
const START_MS = Date.UTC(2026, 10, 23, 12);
const BEFORE = { desired: { power: false }, reported: { power: false } };

/** A log with one pending row at version 5, whose server died before it said what became of its write. */
async function leftPending() {
  const store = createAuditStore(createMemoryAudit(), "audit");
  const facts = {
    id: ID,
    kind: "command" as const,
    atMs: START_MS,
    actor: null,
    origin: { via: "web" as const },
    thing: THING,
    site: "harbor",
  };
  const asked = { patch: { power: true }, fields: ["power"], before: BEFORE, expectedVersion: 5, timeoutMs: 10_000 };
  await store.insert(pendingRow({ ...facts, ...asked, expiresAtMs: null, run: null, of: null, note: null }));
  const find = async (): Promise<Partial<AuditRow>> => (await store.find(ID)) ?? {};
  return {
    find,
    /** Version `version` turned `before` into `after`, told by AWS. */
    change: (version: number, token: string | null, [before, after]: [typeof BEFORE, { desired: JsonObject; reported: JsonObject }]) =>
      recordChange(
        parseShadowChange({
          thing: THING,
          site: "harbor",
          previous: { state: before, version: version - 1 },
          current: { state: after, version },
          timestamp: START_MS / 1000,
          atMs: START_MS + 100,
          clientToken: token,
        }),
        store,
      ),
    /** The deadline, with the shadow as it then stands. */
    settle: async (version: number, desired: JsonObject) => {
      const read = () => Promise.resolve({ version, desired, reported: { power: false } });
      const shadows = { read, write: () => Promise.resolve({ kind: "conflict" as const }) };
      await settleDue({ store, shadows, nowMs: () => START_MS + 30_000 }, { limit: 10, untilMs: Infinity });
      return await find();
    },
  };
}

describe("a row left pending by a dead server", () => {
  test("is refused at once when another write made the version it asked for", async () => {
    const { find, change } = await leftPending();
    await change(6, null, [BEFORE, { desired: { power: false }, reported: { power: false, speed: 3 } }]);
    expect(await find()).toMatchObject({ status: "refused", code: "shadow/conflict", version: null });
  });

  test("failed when its version was never made", async () => {
    const { settle } = await leftPending();
    expect(await settle(5, { power: false })).toMatchObject({ status: "failed", version: null });
  });

  test("failed when its values are not there and nobody has replaced them", async () => {
    const { settle } = await leftPending();
    expect(await settle(7, { power: false })).toMatchObject({ status: "failed", version: null });
  });

  test("is unknown when somebody has replaced what it may have written", async () => {
    const { change, settle } = await leftPending();
    const asked = { desired: { power: true }, reported: { power: false } };
    await change(8, null, [asked, BEFORE]);
    expect(await settle(8, { power: false })).toMatchObject({ status: "unknown", version: null });
  });

  test("is unknown when its values are there, until AWS tells whose they were", async () => {
    const { change, find, settle } = await leftPending();
    const asked = { desired: { power: true }, reported: { power: false } };
    expect(await settle(6, { power: true })).toMatchObject({ status: "unknown", version: null });
    await change(6, ID, [BEFORE, asked]);
    expect(await find()).toMatchObject({ status: "accepted", version: 6 });
    await change(7, null, [asked, { desired: { power: true }, reported: { power: true } }]);
    expect(await find()).toMatchObject({ status: "confirmed", reported: { power: true } });
  });
});

describe("a change from outside that only takes wishes out", () => {
  test("asks the device for nothing, so it is recorded and waits for nothing", async () => {
    const store = createAuditStore(createMemoryAudit(), "audit");
    const event = { thing: THING, site: "harbor", timestamp: START_MS / 1000, atMs: START_MS, clientToken: null };
    const documents = { previous: { state: BEFORE, version: 8 }, current: { state: { reported: { power: false } }, version: 9 } };
    await recordChange(parseShadowChange({ ...event, ...documents }), store);
    const { rows } = await store.listPage({ index: "by-thing", partition: THING, limit: 5 });
    expect(rows).toMatchObject([{ kind: "outside", status: "recorded", version: 9, patch: { power: null }, deadlineMs: null }]);
  });
});
