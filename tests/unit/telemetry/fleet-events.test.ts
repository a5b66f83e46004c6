import { describe, expect, test } from "vitest";
import { createFleetEvents } from "../../../lib/telemetry/fleet-events.ts";
import type { ThingEvent } from "../../../lib/telemetry/thing-live.ts";

const MINUTE_MS = 60_000;
const event = (atMs: number, kind: ThingEvent["kind"] = "disconnected"): ThingEvent => ({
  id: String(atMs),
  atMs,
  kind,
  sentence: kind,
  clientToken: null,
});

describe("the fleet's latest events", () => {
  test("are one line a thing, the latest first, the same list until something happens", () => {
    const events = createFleetEvents();
    events.add("a", event(1));
    events.add("b", event(2));
    events.add("a", event(3, "connected"));
    expect(events.list().map(({ thingName, event: { kind } }) => [thingName, kind])).toEqual([
      ["a", "connected"],
      ["b", "disconnected"],
    ]);
    expect(events.list()).toBe(events.list());
  });

  test("count how often a thing was lost within ten minutes, and not what is longer ago", () => {
    const events = createFleetEvents();
    for (const minute of [0, 6, 8, 9]) {
      events.add("a", event(minute * MINUTE_MS));
      events.add("a", event(minute * MINUTE_MS + 1, "connected"));
    }
    expect(events.list()[0]?.lossCount).toBe(4);
    events.add("a", event(15 * MINUTE_MS));
    expect(events.list()[0]?.lossCount).toBe(4);
    events.add("a", event(60 * MINUTE_MS));
    expect(events.list()[0]?.lossCount).toBe(1);
  });

  test("stay bounded when thousands of things come and go", () => {
    const events = createFleetEvents();
    for (let i = 0; i < 20_000; i += 1) events.add(`t${i}`, event(i));
    expect(events.list()).toHaveLength(50);
    expect(events.list()[0]?.thingName).toBe("t19999");
  });
});
