import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ThingDesk, type ThingDeskParts } from "../../../components/control/thing-desk.ts";
import type { Json } from "../../../lib/fleet/thing.ts";

const HOUR_MS = 3_600_000;

/** A desk on a machine whose own clock may be set; the server's runs evenly. */
function deskOn(live: { version: number; desired: Record<string, Json>; reported: Record<string, Json> }) {
  const startMs = performance.now();
  const sent: Json[] = [];
  const versions: unknown[] = [];
  const setDesired: ThingDeskParts["api"]["setDesired"] = (_thing, { patch, expectedVersion }) => {
    sent.push(patch);
    versions.push(expectedVersion);
    return new Promise(() => undefined);
  };
  const parts = {
    thingName: "pump-01",
    api: { setDesired } as ThingDeskParts["api"],
    nowMs: () => 1_700_000_000_000 + performance.now() - startMs,
    live: () => ({ ...live, metadata: {}, clientToken: null }) as unknown as ReturnType<ThingDeskParts["live"]>,
    mayReadLog: false,
    onChange: () => undefined,
  };
  return { desk: new ThingDesk(parts), sent, versions };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([-HOUR_MS, HOUR_MS])("a clock set by %i ms neither swallows the next press nor lets a double click through", (jumpMs) => {
  const { desk, sent } = deskOn({ version: 1, desired: {}, reported: { power: false, led: false, relay: false } });
  desk.press("power", true);
  vi.setSystemTime(Date.now() + jumpMs);
  desk.press("relay", true);
  vi.advanceTimersByTime(300);
  desk.press("led", true);
  expect(sent).toEqual([{ power: true }, { led: true }]);
});

test.each([-HOUR_MS, HOUR_MS])("a clock set by %i ms while a device is waited for is no part of its latency", (jumpMs) => {
  const live = { version: 1, desired: {} as Record<string, Json>, reported: { power: false } as Record<string, Json> };
  const { desk } = deskOn(live);
  desk.press("power", true);
  vi.setSystemTime(Date.now() + jumpMs);
  vi.advanceTimersByTime(400);
  Object.assign(live, { version: 3, desired: { power: true }, reported: { power: true } });
  desk.observe();
  expect(desk.field("power").state).toMatchObject({ phase: "confirmed", latencyMs: 400 });
});

test("a press is written on top of what is shown now; one whose question was overtaken, on top of what was shown when it was asked", () => {
  const live = { version: 4, desired: {} as Record<string, Json>, reported: { power: false, led: false } as Record<string, Json> };
  const { desk, versions } = deskOn(live);
  const askedAt = desk.version();
  Object.assign(live, { version: 9, desired: { power: true } });
  desk.press("power", false, askedAt);
  vi.advanceTimersByTime(300);
  desk.press("led", true);
  expect(versions).toEqual([4, 9]);
});
