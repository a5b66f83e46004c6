import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createFramePace } from "../../../lib/telemetry/frame-pace.ts";
import { runLater } from "../../../lib/platform/run-later.ts";

const FRAME_MS = 17;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function start(costMs = 0) {
  const ranAtMs: number[] = [];
  const startedAtMs = Date.now();
  const run = () => {
    ranAtMs.push(Date.now() - startedAtMs);
    vi.setSystemTime(Date.now() + costMs);
  };
  return { pace: createFramePace({ run, nowMs: Date.now, later: runLater }), ranAtMs };
}

describe("the pace of what the page is told", () => {
  test("the first news is told at once; more of the same frame are told once, when the frame is over", async () => {
    const { pace, ranAtMs } = start();
    pace.request();
    expect(ranAtMs).toEqual([0]);
    pace.request();
    await vi.advanceTimersByTimeAsync(5);
    pace.request();
    await vi.advanceTimersByTimeAsync(FRAME_MS);
    expect(ranAtMs).toHaveLength(2);
    expect(ranAtMs[1]).toBeGreaterThanOrEqual(16);
  });

  test("news after a quiet frame are told at once", async () => {
    const { pace, ranAtMs } = start();
    pace.request();
    await vi.advanceTimersByTimeAsync(FRAME_MS);
    pace.request();
    expect(ranAtMs).toEqual([0, FRAME_MS]);
  });

  test("a telling that took long leaves the browser time to paint before the next", async () => {
    const { pace, ranAtMs } = start(100);
    pace.request();
    await vi.advanceTimersByTimeAsync(1);
    pace.request();
    expect(ranAtMs).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(FRAME_MS / 2);
    expect(ranAtMs).toHaveLength(2);
  });

  test("nothing is told after it was called off", async () => {
    const { pace, ranAtMs } = start();
    pace.request();
    pace.request();
    pace.cancel();
    await vi.advanceTimersByTimeAsync(2 * FRAME_MS);
    expect(ranAtMs).toEqual([0]);
  });
});
