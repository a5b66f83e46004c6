import { describe, expect, it } from "vitest";
import { agoWords, clockWords, durationWords, exactWords, minuteWords, shortWords } from "../../../components/fleet/time-words.ts";

const AT_MS = Date.UTC(2026, 10, 23, 14, 2, 11);

describe("time in words", () => {
  it("names a length in the largest unit that fits", () => {
    expect([0, 999, 59_999, 60_000, 3_599_999, 3_600_000, 47 * 3_600_000, 48 * 3_600_000].map(durationWords)).toEqual([
      "0 s",
      "0 s",
      "59 s",
      "1 min",
      "59 min",
      "1 h",
      "47 h",
      "2 d",
    ]);
  });

  it("never names a negative length", () => {
    expect(durationWords(-5000)).toBe("0 s");
  });

  it("says now, ago, and in for a clock that runs ahead", () => {
    expect(agoWords(AT_MS, AT_MS + 400)).toBe("now");
    expect(agoWords(AT_MS, AT_MS + 3_200)).toBe("3 s ago");
    expect(agoWords(AT_MS + 1_000, AT_MS)).toBe("now");
    expect(agoWords(AT_MS + 120_000, AT_MS)).toBe("in 2 min");
  });

  it("shows the clock and the exact moment in UTC", () => {
    expect(clockWords(AT_MS, "utc")).toBe("14:02:11");
    expect(exactWords(AT_MS, "utc")).toBe("2026-11-23 14:02:11 UTC");
  });

  it("shows the date only for another day", () => {
    expect(shortWords(AT_MS, AT_MS + 60_000, "utc")).toBe("14:02:11");
    expect(shortWords(AT_MS, AT_MS + 86_400_000, "utc")).toBe("2026-11-23 14:02");
  });

  it("names a deadline to the minute, with the date on another day", () => {
    expect(minuteWords(AT_MS, AT_MS - 60_000, "utc")).toBe("14:02");
    expect(minuteWords(AT_MS, AT_MS - 86_400_000, "utc")).toBe("2026-11-23 14:02");
    expect(minuteWords(Number.NaN, AT_MS, "utc")).toBe("unknown time");
  });

  it.each([Number.NaN, Infinity, -1, 1e18])("does not name a moment no calendar has: %s", (atMs) => {
    expect(exactWords(atMs, "utc")).toBe("unknown time");
  });
});
