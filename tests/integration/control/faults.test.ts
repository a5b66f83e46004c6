import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../lib/fleet/thing.ts";
import { auditLog } from "../../../lib/shadow/audit-log.server.ts";
import { pendingRow } from "../../../lib/shadow/audit-row.ts";
import { findRun } from "../../../lib/shadow/run-store.server.ts";
import { hasBuild } from "../../support/app.ts";
import { eventually, rowsOf, rowWith } from "./support/control-world.ts";
import { type Answer, type LiveDeck, type Person, startLiveDeck } from "./support/live-deck.ts";
import { createTestDevice, type TestDevice } from "./support/test-device.ts";

const PUMP = "harbor-pump-81";
const SLEEPER = "harbor-pump-82";
const MINUTES = 60_000;

describe.skipIf(!hasBuild)("a fault between the press and the device (needs a build)", () => {
  let deck: LiveDeck;
  let ada: Person;
  let pump: TestDevice;
  let sleeper: TestDevice;
  let speed = 20;

  beforeAll(async () => {
    deck = await startLiveDeck();
    [pump, sleeper] = await Promise.all([createTestDevice(deck, PUMP), createTestDevice(deck, SLEEPER)]);
    ada = await deck.signIn("ada");
  });
  afterAll(async () => {
    await Promise.all([pump.unplug(), sleeper.unplug()]);
    await deck.close();
  });
  beforeEach(async () => {
    speed += 1;
    await deck.aws.control("clock", { offsetMs: 0 });
    await eventually(
      () => ada.get(`/api/things/${PUMP}`),
      ({ body }) => (body as { connectivity?: { isConnected: boolean } }).connectivity?.isConnected === true,
    );
  });

  const versionOf = async (thing: string) => (await deck.shadow(thing)).version;
  const failFunction = (name: string, isFailing: boolean) =>
    deck.aws.control("function", { name: `thingdeck-${name}`, behavior: isFailing ? "fail" : "normal" });

  async function press(thing: string, patch: JsonObject, more: Record<string, unknown> = {}): Promise<{ id: string; answer: Answer }> {
    const id = randomUUID();
    const body = { patch, expectedVersion: await versionOf(thing), commandId: id, ...more };
    return { id, answer: await ada.post(`/api/things/${thing}/desired`, body) };
  }

  /** The schedule reads an index, which is behind: its one round of these minutes must not come before that shows the row. */
  async function twoMinutesLater(id: string): Promise<void> {
    await eventually(
      () => auditLog().listDue(Date.now() + 2 * MINUTES, 100),
      (rows) => rows.some((row) => row.id === id),
    );
    await deck.aws.control("clock", { offsetMs: 2 * MINUTES });
  }

  test("server killed between audit row and write: the schedule says that nothing was made, and nothing was", async () => {
    const version = await versionOf(PUMP);
    const killed = deck.proxy.arm({ kind: "before", act: () => deck.kill() });
    const { id, answer } = await press(PUMP, { speed });
    await killed;
    expect(answer.status).toBe(0);
    expect(await auditLog().find(id)).toMatchObject({ status: "pending", version: null });
    await twoMinutesLater(id);
    expect(await rowWith(id, "failed")).toMatchObject({ code: "shadow/unavailable", version: null, reported: null });
    expect(await versionOf(PUMP)).toBe(version);
    expect(pump.heard.some(({ commandId }) => commandId === id)).toBe(false);
    await deck.start();
  });

  test("server killed between write and answer: the row ends with what the device did, with no server running", async () => {
    const killed = deck.proxy.arm({ kind: "after", act: () => deck.kill() });
    const { id } = await press(PUMP, { speed });
    await killed;
    expect(await rowWith(id, "confirmed")).toMatchObject({ reported: { speed } });
    await deck.start();
  });

  test("a row that an earlier server left behind is settled when the next one starts", async () => {
    await failFunction("command-expiry", true);
    await deck.kill();
    const { state, version } = await deck.shadow(PUMP);
    const facts = { id: randomUUID(), kind: "command" as const, atMs: Date.now() - MINUTES, actor: null, origin: { via: "web" as const } };
    const asked = { thing: PUMP, site: "harbor", patch: { speed: 99 }, fields: ["speed"], expectedVersion: version };
    const before = { reported: state.reported ?? {}, desired: state.desired ?? {} };
    const nothing = { expiresAtMs: null, run: null, of: null, note: null, timeoutMs: 10_000 };
    await auditLog().insert(pendingRow({ ...facts, ...asked, before, ...nothing }));
    await deck.start();
    await rowWith(facts.id, "failed");
    await failFunction("command-expiry", false);
  });

  test("answer and outcome event both lost: unknown at first, and resolved when AWS delivers the event again", async () => {
    await failFunction("command-outcome", true);
    const lost = deck.proxy.arm({ kind: "lost" });
    const { id, answer } = await press(PUMP, { speed });
    await lost;
    expect(answer).toMatchObject({ status: 504, body: { error: { code: "shadow/outcome-unknown" } } });
    await twoMinutesLater(id);
    await rowWith(id, "unknown");
    await failFunction("command-outcome", false);
    await deck.aws.control("clock", { offsetMs: 4.5 * MINUTES });
    expect(await rowWith(id, "confirmed")).toMatchObject({ reported: { speed } });
  });

  test.each([
    ["cannot be reached", () => deck.aws.control("dynamodb-outage", { forMs: 20_000 }), /^session\/unavailable$|^audit\/unavailable$/],
    ["takes no row", () => deck.aws.control("throttle", { api: "dynamodb:PutItem", forMs: 20_000 }), /^audit\/unavailable$/],
  ])("DynamoDB %s: the press is refused in a plain sentence before anything is published", async (_, breakIt, code) => {
    const version = await versionOf(PUMP);
    await breakIt();
    const { id, answer } = await press(PUMP, { speed });
    expect(answer).toMatchObject({ status: 503, body: { error: { code: expect.stringMatching(code) as string } } });
    expect(answer.body.error?.message).toMatch(/^[A-Z][\w ',;’]+(\. [\w ',;’]+)*\.$/);
    await deck.aws.control("dynamodb-outage", { forMs: 0 });
    await deck.aws.control("throttle", { api: "dynamodb:PutItem", off: true });
    expect(await auditLog().find(id)).toBeUndefined();
    expect(await versionOf(PUMP)).toBe(version);
    expect(pump.heard.some(({ commandId }) => commandId === id)).toBe(false);
  });

  test("broker down between accept and report: the row is confirmed once the device is back and has reported", async () => {
    pump.behavior = "slow";
    const { id, answer } = await press(PUMP, { speed });
    expect(answer.status).toBe(200);
    await deck.aws.control("restart-broker", { downMs: 1_200 });
    expect(await auditLog().find(id)).toMatchObject({ status: "accepted" });
    pump.behavior = "normal";
    expect(await rowWith(id, "confirmed")).toMatchObject({ reported: { speed } });
  });

  test("with no server running, a queued command is taken back at its time, and the device that comes back does not act on it", async () => {
    await sleeper.unplug();
    await eventually(
      () => ada.get(`/api/things/${SLEEPER}`),
      ({ body }) => (body as { connectivity?: { isConnected: boolean } }).connectivity?.isConnected === false,
    );
    const { id, answer } = await press(SLEEPER, { power: true }, { ifOffline: "queue", expiresAtMs: Date.now() + MINUTES });
    expect(answer.body.command).toMatchObject({ status: "accepted" });
    expect((await deck.shadow(SLEEPER)).state.desired).toMatchObject({ power: true });
    await deck.kill();
    await twoMinutesLater(id);
    const row = await rowWith(id, "expired");
    expect((await deck.shadow(SLEEPER)).state).toMatchObject({ desired: { power: false }, reported: { power: false } });
    expect(await auditLog().find(row.byId ?? "")).toMatchObject({ kind: "expiry", of: id, actor: null });
    sleeper.heard.length = 0;
    await sleeper.plug();
    await eventually(
      () => deck.shadow(SLEEPER),
      ({ version }) => version > (row.version ?? 0) + 1,
    );
    expect(sleeper.heard).toEqual([]);
    expect((await deck.shadow(SLEEPER)).state.reported).toMatchObject({ power: false });
    await deck.start();
  });

  test("a bulk run goes on after a kill -9 without anybody looking, and repeats nothing", async () => {
    const killed = deck.proxy.arm({ kind: "after", act: () => deck.kill() });
    const runId = randomUUID();
    const things = [PUMP, SLEEPER];
    await ada.post("/api/runs", { runId, things, patch: { speed: 64 }, ifOffline: "queue" });
    await killed;
    await deck.start();
    const run = await eventually(
      () => findRun(runId),
      (found) => found?.status === "done",
      30_000,
    );
    expect(run?.attempt).toBe(1);
    const { body } = await eventually(
      () => ada.get(`/api/runs/${runId}`),
      (seen) => (seen.body.run as { isSettled: boolean }).isSettled,
    );
    const { status, rows } = body.run as { status: string; rows: { thing: string; outcome: string }[] };
    const outcomes = Object.fromEntries(rows.map(({ thing, outcome }) => [thing, outcome]));
    expect(status).toBe("done");
    expect(outcomes[PUMP]).toBe("confirmed");
    // The second was still to come at the kill, or stood between its row and its write: then nothing was made, and its row says so.
    expect(["confirmed", "failed"]).toContain(outcomes[SLEEPER]);
    const confirmed = things.filter((thing) => outcomes[thing] === "confirmed");
    const made = (await Promise.all(things.map(rowsOf))).flat().filter(({ run: of, version }) => of === runId && version !== null);
    expect(made.map(({ thing }) => thing).sort()).toEqual(confirmed);
    for (const thing of things) {
      const { speed: reported } = ((await deck.shadow(thing)).state.reported ?? {}) as { speed?: number };
      expect(reported === 64).toBe(confirmed.includes(thing));
    }
  });
});
