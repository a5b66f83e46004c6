import { describe, expect, test } from "vitest";
import { AppError } from "../../../lib/platform/app-error.ts";
import type { CommandView } from "../../../lib/shadow/command-view.ts";
import {
  begin,
  IDLE,
  isDrifted,
  mayRetryQuietly,
  onFailure,
  onNoRow,
  onRow,
  onShadow,
  restore,
  type SeenShadow,
} from "../../../lib/shadow/switch-state.ts";

const ID = "4fbe9a1e-54a5-4f9e-9d07-0a6a2f1b9c11";
const before: SeenShadow = { version: 7, desired: { power: false }, reported: { power: false } };
const asked: SeenShadow = { version: 8, desired: { power: true }, reported: { power: false } };
const done: SeenShadow = { version: 9, desired: { power: true }, reported: { power: true } };
const failure = { sentence: "No.", isRetryable: false, details: undefined };

const row = (change: Partial<CommandView>): CommandView => ({
  ...{
    commandId: ID,
    kind: "command",
    atMs: 1_000,
    actor: { username: "ada", name: "Ada Admin" },
    origin: { via: "web" },
    thing: "p1",
    site: "s",
  },
  ...{
    patch: { power: true },
    fields: ["power"],
    before: { reported: { power: false }, desired: {} },
    expectedVersion: 7,
    timeoutMs: 10_000,
  },
  ...{ expiresAtMs: null, run: null, of: null, note: null, status: "accepted", statusAtMs: 1_050, version: 8, acceptedAtMs: 1_050 },
  ...{ latencyMs: null, reported: null, words: null, code: null, byId: null, deadlineMs: 11_050 },
  ...change,
});

const pressed = () => begin({ commandId: ID, field: "power", target: true }, before, { nowMs: 1_000, baseVersion: 7 });
const waiting = () => onRow(pressed(), row({}));

describe("a press", () => {
  test("is not confirmed by the cloud's acceptance", () => {
    expect(waiting()).toMatchObject({ phase: "waiting", version: 8, deadlineMs: 11_050 });
    expect(onShadow(waiting(), asked, 1_100).phase).toBe("waiting");
  });

  test("is confirmed by the device's report, with the time it took", () => {
    expect(onShadow(waiting(), done, 1_240)).toMatchObject({ phase: "confirmed", latencyMs: 240, previous: false });
  });

  test("is confirmed by a report that overtakes the answer", () => {
    const state = onShadow(pressed(), done, 1_090);
    expect(state.phase).toBe("confirmed");
    expect(onRow(state, row({}))).toBe(state);
  });

  test("is not confirmed by a shadow that is older than it", () => {
    expect(onShadow(waiting(), { ...done, version: 8 }, 1_100).phase).toBe("waiting");
    expect(onShadow(pressed(), { version: 8, desired: { power: false }, reported: { power: true } }, 1_100).phase).toBe("sending");
  });

  test("is refused with the device's words, and only by a refusal of its own", () => {
    const refused = (commandId: string) => ({
      ...asked,
      version: 9,
      reported: { power: false, lastError: { commandId, field: "power", message: "interlock" } },
    });
    expect(onShadow(waiting(), refused(ID), 1_100)).toMatchObject({ phase: "rejected", words: "interlock" });
    expect(onShadow(waiting(), refused("another"), 1_100).phase).toBe("waiting");
  });

  test("an old refusal of the same field is not taken for a new one", () => {
    const lastError = { commandId: null, field: "power", message: "old" };
    const stale = { ...before, reported: { power: false, lastError } };
    const state = onRow(begin({ commandId: ID, field: "power", target: true }, stale, { nowMs: 0, baseVersion: 7 }), row({}));
    expect(onShadow(state, { ...asked, version: 9, reported: { power: false, lastError } }, 10).phase).toBe("waiting");
  });

  test("ends when somebody sets something else", () => {
    expect(onShadow(waiting(), { ...before, version: 9 }, 1_100).phase).toBe("replaced");
  });

  test("that timed out is still confirmed by a late report", () => {
    const late = onRow(waiting(), row({ status: "timed-out" }));
    expect(late.phase).toBe("timed-out");
    expect(onShadow(late, done, 60_000).phase).toBe("confirmed");
  });

  test("a row of another command changes nothing", () => {
    const state = pressed();
    expect(onRow(state, row({ commandId: "another" }))).toBe(state);
    expect(onRow(IDLE, row({}))).toBe(IDLE);
  });
});

describe("a refused request", () => {
  test("to an offline device becomes a choice, and a queued one waits until its time", () => {
    expect(onFailure(pressed(), { ...failure, code: "thing/offline" }).phase).toBe("offline");
    expect(onRow(pressed(), row({ expiresAtMs: 99_000 }))).toMatchObject({ phase: "queued", deadlineMs: 99_000 });
  });

  test("names who changed the same field", () => {
    const details = {
      currentVersion: 9,
      touchesSameField: true,
      reported: { power: false },
      changes: [{ who: "Ana", patch: { power: false }, atMs: 5 }],
    };
    const state = onFailure(pressed(), { ...failure, code: "shadow/conflict", details });
    expect(state).toMatchObject({ phase: "conflict", currentVersion: 9, rival: { who: "Ana", value: false } });
    expect(mayRetryQuietly(state)).toBe(false);
  });

  test("over another field may be sent again quietly, unless the device moved this one", () => {
    const details = { currentVersion: 9, touchesSameField: false, reported: { power: false }, changes: [] };
    expect(mayRetryQuietly(onFailure(pressed(), { ...failure, code: "shadow/conflict", details }))).toBe(true);
    const moved = { ...details, reported: { power: true } };
    expect(mayRetryQuietly(onFailure(pressed(), { ...failure, code: "shadow/conflict", details: moved }))).toBe(false);
  });

  test("for a lock-out tag shows its note", () => {
    const locked = onFailure(pressed(), { ...failure, code: "shadow/locked", details: { note: "bearing out", by: "Ana" } });
    expect(locked).toMatchObject({ phase: "locked", note: "bearing out", who: "Ana" });
  });
});

describe("what is found on arrival", () => {
  test("an open command of another person is taken up where it stands", () => {
    expect(restore(row({ expiresAtMs: 50_000 }), "power", asked, "Ana")).toMatchObject({ phase: "queued", by: "Ana", target: true });
  });

  test("drift is a report that came after the wish and differs from it", () => {
    const at = (desired: number, reported: number) => ({
      ...asked,
      metadata: { desired: { power: { timestamp: desired } }, reported: { power: { timestamp: reported } } },
    });
    expect(isDrifted(at(10, 20), "power")).toBe(true);
    expect(isDrifted(at(20, 10), "power")).toBe(false);
  });
});

describe("a press that got no answer", () => {
  const sending = begin({ commandId: ID, field: "power", target: true }, before, { nowMs: 1_000, baseVersion: 7 });
  const missing = new AppError("command/not-found");

  test("is not called off while its request may still be on its way", () => {
    expect(onNoRow(sending, missing, 15_000)).toBe(sending);
  });

  test("was not made when the log answers and has no row of it", () => {
    expect(onNoRow(sending, missing, 30_000)).toMatchObject({
      phase: "failed",
      isRetryable: true,
      sentence: expect.stringContaining("not made") as string,
    });
  });

  test("is unknown, and not offered again, when nobody answers", () => {
    const state = onNoRow(sending, new AppError("service/unavailable"), 30_000);
    expect(state).toMatchObject({ phase: "failed", isRetryable: false });
    expect(state).toMatchObject({ sentence: expect.stringContaining("not known") as string });
  });
});
