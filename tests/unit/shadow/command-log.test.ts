import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../lib/fleet/thing.ts";
import { type AuditFacts, type AuditRow, OPEN_STATUSES, pendingRow } from "../../../lib/shadow/audit-row.ts";
import { type AuditStore, createAuditStore } from "../../../lib/shadow/audit-store.ts";
import { accept, keepWaiting, refuse } from "../../../lib/shadow/command-model.ts";
import { recordChange } from "../../../lib/shadow/record-change.ts";
import { settleDue, takeBack } from "../../../lib/shadow/settle-due.ts";
import { parseShadowChange } from "../../../lib/shadow/shadow-change.ts";
import { isReached } from "../../../lib/shadow/shadow-state.ts";
import { createMemoryAudit } from "./memory-audit.ts";

const THING = "harbor-pump-01";

/** A shadow, its log and a clock, with AWS's rules: versions, merging, one change event per update. */
function createWorld() {
  const table = createMemoryAudit();
  table.catchUp();
  const store = createAuditStore(table, "audit");
  const state = { desired: {} as JsonObject, reported: {} as JsonObject };
  const events: unknown[] = [];
  let version = 0;
  let nowMs = Date.UTC(2026, 10, 23, 12);
  let count = 0;

  const apply = (section: "desired" | "reported", patch: JsonObject, clientToken: string | null) => {
    const previous = { state: structuredClone(state), version };
    version += 1;
    for (const [key, value] of Object.entries(patch)) {
      if (value === null) delete state[section][key];
      else state[section][key] = value;
    }
    const timestamp = Math.floor(nowMs / 1000);
    events.push({
      thing: THING,
      site: "harbor",
      previous,
      current: { state: structuredClone(state), version },
      timestamp,
      atMs: nowMs,
      clientToken,
    });
    return version;
  };
  const shadows = {
    read: () => Promise.resolve({ version, ...structuredClone(state) }),
    write: (_thing: string, update: { desired: JsonObject; version: number | null; clientToken: string }) =>
      Promise.resolve(
        update.version !== null && update.version !== version
          ? { kind: "conflict" as const }
          : { kind: "accepted" as const, version: apply("desired", update.desired, update.clientToken) },
      ),
  };
  return {
    store,
    shadows,
    table,
    get version() {
      return version;
    },
    get nowMs() {
      return nowMs;
    },
    parts: { store, shadows, nowMs: () => nowMs },
    pass: (ms: number) => {
      // The indexes hear of what is written now only while time passes.
      table.catchUp();
      nowMs += ms;
    },
    report: (patch: JsonObject, token: string | null = null) => apply("reported", patch, token),
    writeOutside: (patch: JsonObject, token: string | null = null) => apply("desired", patch, token),
    facts: (patch: JsonObject, more: Partial<AuditFacts> = {}): AuditFacts => ({
      id: `00000000-0000-4000-8000-${String((count += 1)).padStart(12, "0")}`,
      kind: "command",
      atMs: nowMs,
      actor: { sub: "s", username: "ada", name: "Ada Admin" },
      origin: { via: "web" },
      thing: THING,
      site: "harbor",
      patch,
      fields: Object.keys(patch),
      before: { desired: {}, reported: structuredClone(state.reported) },
      expectedVersion: version,
      timeoutMs: 10_000,
      expiresAtMs: null,
      run: null,
      of: null,
      note: null,
      ...more,
    }),
    /** Delivers the waiting change events; `pick` chooses the order, and deliveries may repeat. */
    async deliver(pick: (length: number) => number = () => 0, repeat: () => boolean = () => false) {
      while (events.length > 0) {
        const at = pick(events.length) % events.length;
        const event = events[at];
        if (!repeat()) events.splice(at, 1);
        await recordChange(parseShadowChange(structuredClone(event)), store);
      }
    },
  };
}
type World = ReturnType<typeof createWorld>;

/** The server's verb without its network: audit row, write, answer. `crash` names the moment the server dies. */
async function command(world: World, facts: AuditFacts, crash?: "before write" | "after write"): Promise<string> {
  await world.store.insert(pendingRow(facts));
  if (crash === "before write") return facts.id;
  const result = await world.shadows.write(THING, { desired: facts.patch ?? {}, version: facts.expectedVersion, clientToken: facts.id });
  if (crash === "after write") return facts.id;
  await world.store.transition(facts.id, (row) =>
    result.kind === "accepted"
      ? accept(row, { version: result.version, atMs: world.nowMs })
      : refuse(row, { status: "refused", code: "shadow/conflict", atMs: world.nowMs }),
  );
  return facts.id;
}

async function rowOf(store: AuditStore, id: string): Promise<AuditRow> {
  const row = await store.find(id);
  if (!row) throw new Error(`no row ${id}`);
  return row;
}

describe("a command's row", () => {
  test("is confirmed with its latency when the device reports the value", async () => {
    const world = createWorld();
    const id = await command(world, world.facts({ power: true }));
    await world.deliver();
    expect(await rowOf(world.store, id)).toMatchObject({ status: "accepted", version: 1 });
    world.pass(140);
    world.report({ power: true });
    await world.deliver();
    expect(await rowOf(world.store, id)).toMatchObject({
      status: "confirmed",
      latencyMs: 140,
      reported: { power: true },
      deadlineMs: null,
    });
  });

  test("is confirmed also when the report overtakes the acceptance", async () => {
    const world = createWorld();
    const id = await command(world, world.facts({ power: true }), "after write");
    world.pass(40);
    world.report({ power: true });
    await world.deliver((length) => length - 1);
    expect(await rowOf(world.store, id)).toMatchObject({ status: "confirmed", version: 1, latencyMs: 40 });
  });

  test("carries the device's own words when it refuses", async () => {
    const world = createWorld();
    const id = await command(world, world.facts({ power: true }));
    world.report({ lastError: { commandId: id, field: "power", message: "interlock active" } });
    await world.deliver();
    expect(await rowOf(world.store, id)).toMatchObject({ status: "rejected-by-device", words: "interlock active" });
  });

  test("is not confirmed by another value, and times out saying what was reported", async () => {
    const world = createWorld();
    const id = await command(world, world.facts({ speed: 80 }));
    world.report({ speed: 64 });
    await world.deliver();
    world.pass(11_000);
    await settleDue(world.parts, { limit: 10, untilMs: Infinity });
    expect(await rowOf(world.store, id)).toMatchObject({ status: "timed-out", reported: { speed: 64 } });
  });

  test("that timed out is confirmed by a late report, and can be given more time", async () => {
    const world = createWorld();
    const id = await command(world, world.facts({ speed: 80 }));
    world.pass(11_000);
    await settleDue(world.parts, { limit: 10, untilMs: Infinity });
    const waiting = await world.store.transition(id, (row) => keepWaiting(row, world.nowMs) ?? row);
    expect(waiting).toMatchObject({ status: "accepted", deadlineMs: world.nowMs + 10_000 });
    world.report({ speed: 80 });
    await world.deliver();
    expect(await rowOf(world.store, id)).toMatchObject({ status: "confirmed" });
  });

  test("is superseded by a later command, and a foreign write is told as such with a row of its own", async () => {
    const world = createWorld();
    const first = await command(world, world.facts({ speed: 80 }));
    const second = await command(world, world.facts({ speed: 20 }));
    await world.deliver();
    expect(await rowOf(world.store, first)).toMatchObject({ status: "superseded", byId: second });
    world.writeOutside({ speed: 50 });
    await world.deliver();
    expect(await rowOf(world.store, second)).toMatchObject({ status: "changed-by-someone-else" });
    const outside = world.table.rows().filter(({ kind }) => kind === "outside");
    expect(outside).toMatchObject([{ version: 3, fields: ["speed"] }]);
  });

  test("of a queued command expires: desired is set back and the row says so", async () => {
    const world = createWorld();
    world.report({ power: false });
    await world.deliver();
    const id = await command(world, world.facts({ power: true }, { expiresAtMs: world.nowMs + 60_000 }));
    await world.deliver();
    world.pass(30_000);
    await settleDue(world.parts, { limit: 10, untilMs: Infinity });
    expect(await rowOf(world.store, id)).toMatchObject({ status: "accepted" });
    world.pass(31_000);
    await settleDue(world.parts, { limit: 10, untilMs: Infinity });
    await world.deliver();
    expect(await rowOf(world.store, id)).toMatchObject({ status: "expired" });
    expect(await world.shadows.read()).toMatchObject({ desired: { power: false } });
    expect(world.table.rows().filter(({ kind }) => kind === "expiry")).toMatchObject([{ status: "confirmed", version: 3 }]);
  });

  test("that cannot be settled keeps none of the others waiting, and is named", async () => {
    const world = createWorld();
    const stuck = await command(world, world.facts({ speed: 80 }, { thing: "harbor-pump-02" }));
    world.pass(1_000);
    const other = await command(world, world.facts({ speed: 80 }));
    world.pass(11_000);
    const read = (thing: string) => (thing === THING ? world.shadows.read() : Promise.reject(new Error("no answer")));
    const parts = { ...world.parts, shadows: { ...world.shadows, read } };
    await expect(settleDue(parts, { limit: 10, untilMs: Infinity })).rejects.toMatchObject({
      message: "1 of 2 due rows could not be settled",
      errors: [{ message: `row ${stuck} of harbor-pump-02` }],
    });
    expect(await rowOf(world.store, other)).toMatchObject({ status: "timed-out" });
    expect(await rowOf(world.store, stuck)).toMatchObject({ status: "accepted" });
  });

  test("left pending by a crash before the write ends as failed; after the write it is found accepted", async () => {
    const world = createWorld();
    const unsent = await command(world, world.facts({ power: true }), "before write");
    world.pass(21_000);
    await settleDue(world.parts, { limit: 10, untilMs: Infinity });
    expect(await rowOf(world.store, unsent)).toMatchObject({ status: "failed", version: null });
    const sent = await command(world, world.facts({ power: true }), "after write");
    await world.deliver();
    expect(await rowOf(world.store, sent)).toMatchObject({ status: "accepted", version: 1 });
  });

  test("given up as unknown has its outcome when AWS tells of it at last, in whatever order", async () => {
    for (const pick of [() => 0, (length: number) => length - 1]) {
      const world = createWorld();
      const id = await command(world, world.facts({ power: true }), "after write");
      world.report({ power: true });
      world.pass(21_000);
      await settleDue(world.parts, { limit: 10, untilMs: Infinity });
      expect(await rowOf(world.store, id)).toMatchObject({ status: "unknown" });
      await world.deliver(pick);
      expect(await rowOf(world.store, id)).toMatchObject({ status: "confirmed", version: 1 });
    }
  });

  test("survives numbers and depths that the table's own types refuse", async () => {
    const world = createWorld();
    const id = await command(world, world.facts({ speed: 1e300 }));
    expect((await rowOf(world.store, id)).patch).toEqual({ speed: 1e300 });
  });
});

type Step =
  | { kind: "command"; value: number; isStale: boolean; isQueued: boolean; crash: "before write" | "after write" | undefined }
  | { kind: "report"; value: number; echo: boolean }
  | { kind: "reject" }
  | { kind: "outside"; value: number; reuse: boolean }
  | { kind: "withdraw" }
  | { kind: "pass"; ms: number }
  | { kind: "deliver"; seed: number };

const value = fc.integer({ min: 0, max: 3 });
const crash = fc.constantFrom(undefined, undefined, undefined, "before write" as const, "after write" as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("command" as const), value, isStale: fc.boolean(), isQueued: fc.boolean(), crash }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("report" as const), value, echo: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ kind: "reject" as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("outside" as const), value, reuse: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ kind: "withdraw" as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 40_000 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("deliver" as const), seed: fc.nat() }) },
);

describe("the log, over any sequence of commands, reports, crashes, foreign writes, withdrawals and disordered deliveries", () => {
  test("every change of desired has one row, every row ends in an outcome, and none claims what was not reported", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = createWorld();
        const desiredVersions = new Set<number>();
        const reportedAt = new Map<number, JsonObject>();
        const last: { id: string } = { id: "none" };
        const watch = async () => {
          const { version, reported } = await world.shadows.read();
          reportedAt.set(version, reported);
        };
        for (const item of steps) {
          const before = await world.shadows.read();
          await play(world, item, last);
          const after = await world.shadows.read();
          await watch();
          if (JSON.stringify(before.desired) !== JSON.stringify(after.desired)) desiredVersions.add(after.version);
        }
        await world.deliver();
        for (let round = 0; round < 4; round += 1) {
          world.pass(200_000);
          const { version } = await world.shadows.read();
          await settleDue(world.parts, { limit: 1000, untilMs: Infinity });
          if ((await world.shadows.read()).version > version) await watch();
          await world.deliver();
        }
        const rows = await Promise.all(world.table.rows().map((item) => rowOf(world.store, String(item.id))));
        const versions = rows.flatMap((row) => (row.version === null ? [] : [row.version]));
        expect(new Set(versions).size).toBe(versions.length);
        for (const version of desiredVersions) expect(versions).toContain(version);
        for (const row of rows) {
          expect(["pending", "accepted"]).not.toContain(row.status);
          if (row.status === "confirmed") {
            const reports = [...reportedAt].filter(([version]) => version >= (row.version ?? Infinity)).map(([, reported]) => reported);
            expect(reports.some((reported) => isReached(reported, row.patch ?? {}))).toBe(true);
          }
          if (row.status === "failed" || row.status === "refused") expect(row.version).toBeNull();
        }
        expect(rows.filter((row) => OPEN_STATUSES.has(row.status)).every((row) => row.deadlineMs === null)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});

async function play(world: World, item: Step, last: { id: string }): Promise<void> {
  switch (item.kind) {
    case "command": {
      const expectedVersion = item.isStale ? Math.max(0, world.version - 1) : world.version;
      const expiresAtMs = item.isQueued ? world.nowMs + 60_000 : null;
      last.id = await command(world, world.facts({ speed: item.value }, { expectedVersion, expiresAtMs }), item.crash);
      break;
    }
    case "report":
      world.report({ speed: item.value, lastError: null }, item.echo ? last.id : null);
      break;
    case "reject":
      world.report({ lastError: { commandId: last.id, field: "speed", message: "no" } });
      break;
    case "outside":
      world.writeOutside({ speed: item.value }, item.reuse ? last.id : null);
      break;
    case "withdraw": {
      const row = await world.store.find(last.id);
      if (row && (row.status === "accepted" || row.status === "timed-out")) {
        await takeBack(row, { id: `w-${row.id}`, kind: "withdraw", actor: null, origin: { via: "web" }, site: row.site }, world.parts);
      }
      break;
    }
    case "pass":
      world.pass(item.ms);
      await settleDue(world.parts, { limit: 100, untilMs: Infinity });
      break;
    case "deliver":
      await world.deliver(
        (length) => item.seed % length,
        (
          (left) => () =>
            left-- > 0
        )(item.seed % 3),
      );
  }
}
