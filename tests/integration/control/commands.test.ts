import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../lib/fleet/thing.ts";
import { AppError } from "../../../lib/platform/app-error.ts";
import { requireAdmin } from "../../../lib/shadow/admission.server.ts";
import { auditLog } from "../../../lib/shadow/audit-log.server.ts";
import { readAuditPage } from "../../../lib/shadow/audit-pages.server.ts";
import { withdrawCommand } from "../../../lib/shadow/commands.server.ts";
import { putLock, removeLock } from "../../../lib/shadow/lock-tags.server.ts";
import { setDesired } from "../../../lib/shadow/set-desired.server.ts";
import { type ControlWorld, createControlWorld, eventually, rowsOf, rowWith, versionOf } from "./support/control-world.ts";
import type { Viewer } from "../../../lib/session/viewer.server.ts";

const PUMP = "harbor-pump-91";
const STUBBORN = "harbor-pump-92";
const ABSENT = "harbor-pump-93";
const CHATTY = "harbor-pump-94";

let world: ControlWorld;
let ada: Viewer;
let otto: Viewer;
let adam: Viewer;

beforeAll(async () => {
  world = await createControlWorld();
  const obey = await world.plug(PUMP, ({ fields }, connection) => connection.report({ ...fields, lastError: null }));
  obey.report({ power: false, speed: 10, mode: "auto" });
  const stubborn = await world.plug(STUBBORN, ({ commandId = null }, connection) =>
    connection.report({ lastError: { commandId, field: "power", message: "interlock active" } }),
  );
  stubborn.report({ power: false });
  const absent = await world.plug(ABSENT, () => undefined);
  absent.report({ power: false });
  [ada, otto, adam] = await Promise.all([world.viewer("ada"), world.viewer("otto"), world.viewer("adam")]);
  await eventually(
    () => versionOf(ABSENT),
    (version) => version > 0,
  );
  await absent.end();
  await eventually(
    () => versionOf(PUMP),
    (version) => version > 0,
  );
  await eventually(
    () => versionOf(STUBBORN),
    (version) => version > 0,
  );
});
afterAll(async () => {
  await world.close();
});

interface Press {
  viewer?: Viewer;
  thing?: string;
  patch: JsonObject;
  expectedVersion?: number;
  commandId?: string;
  ifOffline?: "refuse" | "queue";
}

async function press({ viewer = ada, thing = PUMP, patch, expectedVersion, commandId = randomUUID(), ifOffline = "refuse" }: Press) {
  const asker = { viewer, origin: { via: "web" as const } };
  await requireAdmin(asker, thing);
  const version = expectedVersion ?? (await versionOf(thing));
  return await setDesired({ ...asker, thing, run: null, request: { patch, commandId, ifOffline, expectedVersion: version } });
}

describe("a switch", () => {
  test("that the device obeys is confirmed in its audit row, with before, desired, reported and latency", async () => {
    const { id, version } = await press({ patch: { power: true } });
    const row = await rowWith(id, "confirmed");
    expect(row).toMatchObject({
      actor: { username: "ada" },
      thing: PUMP,
      site: "harbor",
      patch: { power: true },
      before: { reported: { power: false } },
      reported: { power: true },
      version,
    });
    expect(row.latencyMs).toBeGreaterThan(0);
  });

  test("that the device refuses carries the device's words", async () => {
    const { id } = await press({ thing: STUBBORN, patch: { power: true } });
    expect(await rowWith(id, "rejected-by-device")).toMatchObject({ words: "interlock active", reported: { power: false } });
  });

  test("sent twice is one command, one row and one shadow version", async () => {
    const commandId = randomUUID();
    const expectedVersion = await versionOf(PUMP);
    const [first, second] = await Promise.all([
      press({ patch: { speed: 33 }, commandId, expectedVersion }),
      press({ patch: { speed: 33 }, commandId, expectedVersion }),
    ]);
    expect(first.id).toBe(second.id);
    const row = await rowWith(commandId, "confirmed");
    expect(row.version).toBe(expectedVersion + 1);
    await expect(press({ patch: { speed: 34 }, commandId })).rejects.toMatchObject({ code: "command/duplicate" });
  });

  test("on a state that has moved on is refused and told who changed what", async () => {
    const expectedVersion = await versionOf(PUMP);
    const other = await press({ patch: { speed: 70 } });
    await rowWith(other.id, "confirmed");
    const commandId = randomUUID();
    const refused = press({ patch: { speed: 20 }, expectedVersion, commandId });
    await expect(refused).rejects.toMatchObject({
      code: "shadow/conflict",
      details: { touchesSameField: true, reported: { speed: 70 }, changes: [{ who: "Ada Admin", patch: { speed: 70 } }] },
    });
    expect(await auditLog().find(commandId)).toMatchObject({ status: "refused", code: "shadow/conflict", version: null });
  });

  test("of two admins at once: one wins, the other is told, both are written down", async () => {
    const expectedVersion = await versionOf(PUMP);
    const ids = [randomUUID(), randomUUID()];
    const results = await Promise.allSettled(ids.map((commandId, at) => press({ patch: { speed: 40 + at }, expectedVersion, commandId })));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const rows = await Promise.all(ids.map((id) => auditLog().find(id)));
    expect(rows.map((row) => row?.status)).toContain("refused");
    expect(rows.every(Boolean)).toBe(true);
  });

  test("on an absent device is refused, or queued until a stated time and withdrawn", async () => {
    await eventually(
      () =>
        press({ thing: ABSENT, patch: { power: true } }).then(
          () => "taken",
          (error: unknown) => (error instanceof AppError ? error.code : String(error)),
        ),
      (answer) => answer === "thing/offline",
    );
    const queued = await press({ thing: ABSENT, patch: { power: true }, ifOffline: "queue" });
    expect(queued).toMatchObject({ status: "accepted" });
    expect(queued.expiresAtMs).toBeGreaterThan(Date.now());
    const withdrawn = await withdrawCommand({ viewer: ada, origin: { via: "web" } }, queued.id);
    expect(withdrawn).toMatchObject({ status: "withdrawn", byId: `w-${queued.id}-${String(queued.version)}` });
    const taken = await rowWith(withdrawn.byId ?? "", "confirmed");
    expect(taken).toMatchObject({ kind: "withdraw", of: queued.id, patch: { power: false } });
  });
});

describe("with indexes that are a minute behind", () => {
  beforeAll(() => world.setIndexLag(60_000));
  afterAll(() => world.setIndexLag(500));

  test("a switch has its outcome and its latency from the device's answer, before the schedule looks at it", async () => {
    const { id } = await press({ patch: { speed: 61 } });
    const row = await rowWith(id, "confirmed");
    expect(row.reported).toEqual({ speed: 61 });
    expect(row.latencyMs).toBeLessThan(row.timeoutMs);
    const refused = await rowWith((await press({ thing: STUBBORN, patch: { power: true } })).id, "rejected-by-device");
    expect(refused.words).toBe("interlock active");
    expect(refused.statusAtMs - refused.atMs).toBeLessThan(refused.timeoutMs);
  });

  test("a switch ends what waited for the device before it", async () => {
    const first = await press({ thing: ABSENT, patch: { speed: 71 }, ifOffline: "queue" });
    const second = await press({ thing: ABSENT, patch: { speed: 72 }, ifOffline: "queue" });
    expect(await rowWith(first.id, "superseded")).toMatchObject({ byId: second.id });
    await withdrawCommand({ viewer: ada, origin: { via: "web" } }, second.id);
  });

  test("whoever comes too late is told who changed what, and the device's list shows it", async () => {
    const expectedVersion = await versionOf(PUMP);
    const { id } = await press({ patch: { speed: 62 } });
    await rowWith(id, "confirmed");
    await expect(press({ viewer: ada, patch: { speed: 20 }, expectedVersion })).rejects.toMatchObject({
      code: "shadow/conflict",
      details: { changes: [{ who: "Ada Admin", patch: { speed: 62 } }] },
    });
    const { rows } = await readAuditPage(ada, { filter: { thing: PUMP }, limit: 50 });
    expect(rows[0]).toMatchObject({ id, status: "confirmed" });
  });
});

describe("whoever may not switch", () => {
  test("is refused and written down, and the shadow stays as it was", async () => {
    const version = await versionOf(PUMP);
    await expect(press({ viewer: otto, patch: { power: false } })).rejects.toMatchObject({ code: "session/not-permitted" });
    await expect(press({ viewer: adam, patch: { power: false } })).rejects.toMatchObject({ code: "thing/not-found" });
    expect(await versionOf(PUMP)).toBe(version);
    const denied = await eventually(
      async () => (await rowsOf(PUMP)).filter(({ status }) => status === "denied").map(({ actor }) => actor?.username),
      ({ length }) => length === 2,
    );
    expect(denied.sort()).toEqual(["adam", "otto"]);
  });

  test("gets no control keys: the identity pool refuses a token that does not list the role", async () => {
    const forged: Viewer = { ...otto, role: "admin", sites: ada.sites };
    const commandId = randomUUID();
    await expect(press({ viewer: forged, patch: { power: false }, commandId })).rejects.toMatchObject({
      code: expect.stringMatching(/^credentials\//) as string,
    });
    expect(await auditLog().find(commandId)).toMatchObject({ status: "failed", version: null });
  });
});

describe("what is not a sensible change", () => {
  test.each([[{ speed: 900 }], [{ firmware: "x" }], [{ power: null }], [{}]])("is refused with the reason: %j", async (patch) => {
    await expect(press({ patch })).rejects.toMatchObject({ code: "command/invalid" });
  });

  test("includes everything while a lock-out tag hangs on the device", async () => {
    const asker = { viewer: ada, origin: { via: "web" as const } };
    await putLock(asker, PUMP, "bearing out for repair");
    await expect(press({ patch: { power: false } })).rejects.toMatchObject({
      code: "shadow/locked",
      details: { note: "bearing out for repair" },
    });
    await removeLock(asker, PUMP);
    await rowWith((await press({ patch: { power: false } })).id, "confirmed");
  });
});

describe("a device", () => {
  test("whose answer AWS refuses for the rate of its shadow says it again, and the command is confirmed", async () => {
    const chatty = await world.plug(CHATTY, ({ fields }, connection) => {
      // AWS serves 20 requests a second and shadow: these leave none for the answer.
      for (let noise = 0; noise < 30; noise += 1) connection.report({ noise });
      connection.report(fields);
    });
    chatty.report({ speed: 10 });
    await eventually(
      () => versionOf(CHATTY),
      (version) => version > 0,
    );
    await rowWith((await press({ thing: CHATTY, patch: { speed: 51 } })).id, "confirmed");
  });
});

describe("a write from outside the deck", () => {
  test("gets a row of its own, and ends the command it replaced", async () => {
    const mine = await press({ thing: ABSENT, patch: { speed: 60 }, ifOffline: "queue" });
    await world.writeOutside(ABSENT, { desired: { speed: 5 } });
    await rowWith(mine.id, "changed-by-someone-else");
    const outside = (await rowsOf(ABSENT)).filter(({ kind }) => kind === "outside");
    expect(outside).toMatchObject([{ patch: { speed: 5 }, actor: null, site: "harbor" }]);
  });
});
