import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../lib/fleet/thing.ts";
import { AppError, type AppErrorCode } from "../../../lib/platform/app-error.ts";
import type { Viewer } from "../../../lib/session/viewer.server.ts";
import { auditLog } from "../../../lib/shadow/audit-log.server.ts";
import { readAuditPage } from "../../../lib/shadow/audit-pages.server.ts";
import { putLock } from "../../../lib/shadow/lock-tags.server.ts";
import type { RunStatus } from "../../../lib/shadow/run.ts";
import { reviewRun, type RunRequest } from "../../../lib/shadow/run-review.server.ts";
import { findRun, insertRun, moveRun } from "../../../lib/shadow/run-store.server.ts";
import { sweepRuns } from "../../../lib/shadow/run-sweep.server.ts";
import { createRun, listRunsOf, retryRun, runCsv, stopRun, viewRun } from "../../../lib/shadow/runs.server.ts";
import { type ControlWorld, createControlWorld, eventually, versionOf } from "./support/control-world.ts";

const PUMPS = Array.from({ length: 12 }, (_, at) => `harbor-pump-${String(at + 10)}`);
const [STUBBORN = "", LOCKED = ""] = PUMPS;
const ABSENT = "harbor-pump-98";
const FOREIGN = "ridge-pump-10";

let world: ControlWorld;
let ada: Viewer;
let adam: Viewer;
let refusing = true;
const asker = () => ({ viewer: ada, origin: { via: "web" as const } });

beforeAll(async () => {
  world = await createControlWorld();
  for (const thing of [...PUMPS, FOREIGN]) {
    const connection = await world.plug(thing, ({ fields, commandId = null }, device) =>
      thing === STUBBORN && refusing
        ? device.report({ lastError: { commandId, field: "speed", message: "=interlock" } })
        : device.report({ ...fields, lastError: null }),
    );
    connection.report({ power: true, speed: 10 });
    await eventually(
      () => versionOf(thing),
      (version) => version > 0,
    );
  }
  const absent = await world.plug(ABSENT, () => undefined);
  await absent.end();
  [ada, adam] = await Promise.all([world.viewer("ada"), world.viewer("adam")]);
  await putLock(asker(), LOCKED, "valve open");
});
afterAll(async () => {
  await world.close();
});

const request = (patch: JsonObject, things = [...PUMPS, ABSENT]): RunRequest => ({
  runId: randomUUID(),
  things,
  patch,
  ifOffline: "refuse",
  review: false,
});
const settled = (id: string) =>
  eventually(
    () => viewRun(asker(), id),
    (run) => run.isSettled,
    40_000,
  );

describe("a bulk run", () => {
  test("reviews a selection: who is left out, and why", async () => {
    const presence = (): Promise<string | undefined> =>
      reviewRun(ada, request({ speed: 20 })).then(({ excluded }) => excluded.find(({ thing }) => thing === ABSENT)?.reason);
    await eventually(presence, (reason) => reason === "offline");
    const review = await reviewRun(adam, request({ speed: 20 }, [...PUMPS.slice(0, 3), FOREIGN, "nobody"]));
    expect(review.included).toEqual([FOREIGN]);
    expect(review.excluded.every(({ reason }) => reason === "not-permitted")).toBe(true);
    expect((await reviewRun(ada, request({ speed: 900 }))).included).toEqual([]);
    expect((await reviewRun(ada, request({ speed: 20 }))).excluded).toEqual([
      { thing: LOCKED, reason: "locked", words: "valve open" },
      { thing: ABSENT, reason: "offline" },
    ]);
  });

  test("ends with an outcome per device, sends again only to the failed, and exports without formulas", async () => {
    const wanted = request({ speed: 35 });
    const started = await createRun(asker(), wanted);
    expect(started.rows).toHaveLength(PUMPS.length - 1);
    const first = await settled(wanted.runId);
    expect(first.counts).toEqual({ confirmed: PUMPS.length - 2, "rejected-by-device": 1 });
    const listed = async () => (await listRunsOf(ada)).find(({ id }) => id === wanted.runId);
    expect(await listed()).toMatchObject({ thingTypes: ["pump"], tally: { isSettled: true, counts: first.counts } });
    expect(await runCsv(asker(), wanted.runId)).toContain(`"'=interlock"`);
    refusing = false;
    const versions = await Promise.all(PUMPS.slice(2).map(versionOf));
    await retryRun(asker(), wanted.runId);
    expect((await settled(wanted.runId)).counts).toEqual({ confirmed: PUMPS.length - 1 });
    expect((await listed())?.tally).toEqual({ isSettled: true, counts: { confirmed: PUMPS.length - 1 } });
    const kept = await eventually(
      () => findRun(wanted.runId),
      (run) => run?.tally?.attempt === 2,
    );
    expect(kept?.tally?.counts).toEqual({ confirmed: PUMPS.length - 1 });
    expect(await Promise.all(PUMPS.slice(2).map(versionOf))).toEqual(versions);
    const { rows } = await readAuditPage(ada, { filter: { run: wanted.runId }, limit: 100 });
    expect(rows).toHaveLength(PUMPS.length);
  });

  test("started twice is one run", async () => {
    const wanted = request({ speed: 45 }, PUMPS.slice(2, 5));
    await Promise.all([createRun(asker(), wanted), createRun(asker(), wanted)]);
    await settled(wanted.runId);
    expect((await readAuditPage(ada, { filter: { run: wanted.runId }, limit: 100 })).rows).toHaveLength(3);
  });

  test("stops: what was not sent is skipped and stays as it was", async () => {
    const wanted = request({ speed: 55 }, PUMPS.slice(2));
    await createRun(asker(), wanted);
    const stopped = await stopRun(asker(), wanted.runId);
    expect(stopped.status).toBe<RunStatus>("stopped");
    const { counts } = await settled(wanted.runId);
    expect(counts.skipped).toBeGreaterThan(0);
    // What was on its way at the stop was sent, and is not told to be skipped.
    const sent = await readAuditPage(ada, { filter: { run: wanted.runId }, limit: 100 });
    expect(sent.rows).toHaveLength(PUMPS.length - 2 - (counts.skipped ?? 0));
  });

  /** A run as a server leaves it behind that dies before it sends. */
  async function leaveBehind(speed: number, things: string[]): Promise<string> {
    const { runId: id, patch } = request({ speed }, things);
    const power = { session: ada.sessionId, origin: { via: "web" as const } };
    const by = { sub: ada.sub, username: ada.username, name: ada.name };
    const fixed = { id, by, atMs: Date.now(), patch, ifOffline: "refuse" as const, expiresAtMs: null, code: null, excluded: [], ...power };
    await insertRun({ ...fixed, status: "running", attempt: 1, things, all: things });
    return id;
  }
  const statusOf = (id: string, status: RunStatus) =>
    eventually(
      () => findRun(id),
      (run) => run?.status === status,
    );

  test("left behind by a server that died goes on when its owner looks, and repeats nothing", async () => {
    const id = await leaveBehind(65, PUMPS.slice(2, 6));
    expect((await settled(id)).counts).toEqual({ confirmed: 4 });
    await expect(viewRun({ viewer: adam, origin: { via: "web" } }, id)).rejects.toMatchObject({ code: "run/not-found" });
  });

  test("left behind goes on by itself in the name of the session that started it", async () => {
    const id = await leaveBehind(66, PUMPS.slice(2, 6));
    const asked: string[] = [];
    await sweepRuns((session) => {
      asked.push(session);
      return Promise.resolve(ada);
    });
    await statusOf(id, "done");
    expect(asked).toEqual([ada.sessionId]);
    expect((await settled(id)).counts).toEqual({ confirmed: 4 });
    await sweepRuns(() => Promise.reject(new Error("nothing is left to ask for")));
  });

  test.each([
    ["has ended", () => Promise.reject(new AppError("session/expired")), "session/expired"],
    ["is somebody else's", () => Promise.resolve(adam), "session/expired"],
    ["is no admin's any more", () => Promise.resolve({ ...ada, role: "operator" as const }), "session/not-permitted"],
  ])("whose session %s pauses with the reason, sends nothing, and goes on when its owner looks", async (_, ownerOf, code) => {
    const id = await leaveBehind(67, PUMPS.slice(2, 4));
    const versions = await Promise.all(PUMPS.slice(2, 4).map(versionOf));
    await sweepRuns(ownerOf);
    expect(await statusOf(id, "paused")).toMatchObject({ code });
    await sweepRuns(() => Promise.resolve(ada));
    expect(await findRun(id)).toMatchObject({ status: "paused" });
    expect(await Promise.all(PUMPS.slice(2, 4).map(versionOf))).toEqual(versions);
    expect((await settled(id)).counts).toEqual({ confirmed: 2 });
  });

  test("paused for want of a service goes on by itself when it is back", async () => {
    const id = await leaveBehind(68, PUMPS.slice(2, 4));
    await sweepRuns(() => Promise.reject(new AppError("identity/unavailable")));
    await statusOf(id, "paused");
    await sweepRuns(() => Promise.resolve(ada));
    await statusOf(id, "done");
  });
});

describe("a run that another version left", () => {
  test("is read with its reason unknown, and keeps no other run waiting", async () => {
    const id = randomUUID();
    const by = { sub: ada.sub, username: ada.username, name: ada.name };
    const fixed = { id, by, atMs: Date.now(), patch: { speed: 69 }, ifOffline: "refuse" as const, expiresAtMs: null, excluded: [] };
    const code = "run/no-longer-known" as AppErrorCode;
    const things = PUMPS.slice(2, 4);
    await insertRun({ ...fixed, code, status: "paused", attempt: 1, things, all: things, session: "", origin: { via: "web" } });
    expect(await findRun(id)).toMatchObject({ status: "paused", code: "service/internal" });
    await sweepRuns(() => Promise.reject(new AppError("session/expired")));
    expect(await moveRun(id, ["running", "paused"], { status: "stopped" })).toBe(true);
  });
});

describe("the audit log", () => {
  test("is paged without gaps or repeats, for the viewer's sites only", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await readAuditPage(ada, { filter: {}, cursor, limit: 7 });
      seen.push(...page.rows.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(20);
    const foreign = await readAuditPage(adam, { filter: {}, limit: 200 });
    expect(foreign.rows.every(({ site }) => site === "ridge")).toBe(true);
    const first = await readAuditPage(ada, { filter: {}, limit: 7 });
    await expect(readAuditPage(adam, { filter: {}, cursor: first.nextCursor ?? "", limit: 7 })).rejects.toMatchObject({
      code: "audit/cursor-invalid",
    });
  });

  test("holds one row per shadow version that it speaks of", async () => {
    for (const thing of PUMPS) {
      const { rows } = await auditLog().listPage({ index: "by-thing", partition: thing, limit: 100 });
      const versions = rows.flatMap(({ version }) => version ?? []);
      expect(new Set(versions).size).toBe(versions.length);
    }
  });
});
