import { describe, expect, test } from "vitest";
import type { ThingSummary } from "../../../lib/fleet/thing.ts";
import { thingsQuerySchema } from "../../../lib/fleet/things-query.ts";
import { readHeardStates } from "../../../lib/telemetry/heard-states.ts";
import { createLiveStore } from "../../../lib/telemetry/live-store.ts";
import { thingSummary } from "../../support/thing-summary.ts";

const START_MS = 1_763_870_000_000;

const CONNECTED = { isConnected: true, atMs: START_MS - 600_000, reason: null };
const summary = (thingName: string, extra: Partial<ThingSummary> = {}) =>
  thingSummary(thingName, { connectivity: CONNECTED, readAtMs: START_MS, ...extra });

/** A store that listens to every thing of the harbor. */
function deck(things: ThingSummary[]) {
  let nowMs = START_MS;
  const store = createLiveStore({ nowMs: () => nowMs });
  store.setStreaming((_, site) => site === "harbor");
  store.seed(things);
  const hear = (thing: string, values: Record<string, number> = {}) => {
    store.record(thing).heard(nowMs);
    for (const [name, value] of Object.entries(values)) store.record(thing).setMetric(name, value, nowMs);
  };
  const advance = (byMs: number) => {
    nowMs += byMs;
    store.tick();
  };
  return { store, hear, advance, read: () => readHeardStates(store) };
}

describe("what a screen hears beyond the index", () => {
  test("is nothing while everything is as the index says", () => {
    const { hear, advance, read } = deck([summary("a"), summary("b")]);
    advance(100);
    hear("a");
    hear("b");
    expect(read()).toEqual({ countBySite: new Map([["harbor", 2]]), verdicts: "", isCut: false });
  });

  test("names a connected thing that is late, one beyond its limits, and one that talks although the index calls it offline", () => {
    const { hear, advance, read } = deck([
      summary("late"),
      summary("hot"),
      summary("back", { connectivity: { isConnected: false, atMs: START_MS - 60_000, reason: "CONNECTION_LOST" } }),
    ]);
    advance(5_000);
    hear("hot", { temperature: 1_000 });
    hear("back");
    expect(read().verdicts).toBe("alarm.hot,quiet.late,live.back");
  });

  test("says nothing of silence where it does not listen", () => {
    const { advance, read } = deck([summary("r", { site: "ridge" })]);
    advance(60_000);
    expect(read()).toEqual({ countBySite: new Map(), verdicts: "", isCut: false });
  });

  test("is more than a query carries only when cut, with what needs a person first", () => {
    const many = Array.from({ length: 600 }, (_, i) => summary(`thing-${String(i).padStart(4, "0")}`));
    const { hear, advance, read } = deck(many);
    advance(60_000);
    hear("thing-0599", { temperature: 1_000 });
    const { verdicts, isCut } = read();
    expect(isCut).toBe(true);
    expect(verdicts.startsWith("alarm.thing-0599,")).toBe(true);
    expect(thingsQuerySchema.parse({ heard: verdicts }).heard?.size).toBeGreaterThan(300);
  });

  test("is one entry per thing, whatever the thing is called", () => {
    const { advance, read } = deck([summary("__proto__"), summary("constructor"), summary("a:b")]);
    advance(60_000);
    expect(thingsQuerySchema.parse({ heard: read().verdicts }).heard).toEqual(
      new Map([
        ["__proto__", "quiet"],
        ["a:b", "quiet"],
        ["constructor", "quiet"],
      ]),
    );
  });
});
