import { describe, expect, it } from "vitest";
import { HISTORY_MINUTE_MS, HISTORY_WINDOW, historySpacingMs } from "../../../../lib/history/history-window.ts";

const { periodMs, lengthMs } = HISTORY_WINDOW;
const DAY_MS = 86_400_000;

/** The times of a day's messages that the rule keeps, one a minute as the table holds them. */
function keptTimes(intervalMs: number, startMs: number): number[] {
  const byMinute = new Map<number, number>();
  for (let atMs = startMs; atMs < startMs + DAY_MS; atMs += intervalMs) {
    if (atMs % periodMs < lengthMs) byMinute.set(Math.floor(atMs / HISTORY_MINUTE_MS), atMs);
  }
  return [...byMinute.values()];
}

const largestGap = (times: readonly number[]) => Math.max(...times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0)));

describe("which messages are kept", () => {
  it.each([1, 2, 5, 9.7, 10])("a thing that reports every %s s has a sample in nearly every minute, never two minutes apart", (seconds) => {
    const times = keptTimes(seconds * 1000, 1_700_000_000_000);
    expect(largestGap(times)).toBeLessThan(2 * HISTORY_MINUTE_MS);
    expect(times.length).toBeGreaterThan(1_430);
  });

  it("most messages of a thing that reports every second cost nothing", () => {
    const hits = Array.from({ length: 86_400 }, (_, second) => (second * 1000) % periodMs < lengthMs).filter(Boolean);
    expect(hits.length / 86_400).toBeLessThan(0.2);
  });

  it.each([12, 15, 20, 30, 45, 60])(
    "a thing that reports every %s s is met in turn, whatever its phase, within the spacing that is told",
    (seconds) => {
      for (const phaseMs of [0, 7_300, 21_000, 33_333, 52_900]) {
        const times = keptTimes(seconds * 1000, 1_700_000_000_000 + phaseMs);
        expect(largestGap(times)).toBeLessThanOrEqual(historySpacingMs(seconds * 1000) + HISTORY_MINUTE_MS);
      }
    },
  );

  it("the spacing is a minute for usual things, more for slow ones, and bounded for a thing that never meets the window", () => {
    expect(historySpacingMs(1_000)).toBe(60_000);
    expect(historySpacingMs(10_000)).toBe(60_000);
    expect(historySpacingMs(60_000)).toBeGreaterThan(60_000);
    expect(historySpacingMs(60_000)).toBeLessThanOrEqual(600_000);
    expect(historySpacingMs(53_000)).toBe(3_600_000);
    expect(historySpacingMs(86_400_000)).toBe(3_600_000);
  });
});
