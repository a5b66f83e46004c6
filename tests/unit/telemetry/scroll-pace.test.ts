import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createScrollPace } from "../../../lib/telemetry/scroll-pace.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a list", () => {
  test("at rest is told every frame and asks at once", () => {
    const work = vi.fn();
    const pace = createScrollPace(work);
    expect([pace.isTurn(), pace.isTurn()]).toEqual([true, true]);
    pace.run();
    pace.run();
    expect(work).toHaveBeenCalledTimes(2);
  });

  test("in motion is told four times a second and asks once for all that flew by", () => {
    const work = vi.fn();
    const pace = createScrollPace(work);
    let turns = 0;
    for (let frame = 0; frame < 60; frame += 1) {
      pace.onScroll();
      pace.run();
      if (pace.isTurn()) turns += 1;
      vi.advanceTimersByTime(1000 / 60);
    }
    expect(turns).toBeLessThanOrEqual(5);
    expect(work.mock.calls.length).toBeGreaterThanOrEqual(3);
    expect(work.mock.calls.length).toBeLessThanOrEqual(4);
    vi.advanceTimersByTime(250);
    const { length } = work.mock.calls;
    vi.advanceTimersByTime(5_000);
    expect(work).toHaveBeenCalledTimes(length);
    expect(pace.isTurn()).toBe(true);
  });

  test("that is gone asks for nothing any more", () => {
    const work = vi.fn();
    const pace = createScrollPace(work);
    pace.onScroll();
    pace.run();
    pace.stop();
    vi.advanceTimersByTime(1_000);
    expect(work).not.toHaveBeenCalled();
  });
});
