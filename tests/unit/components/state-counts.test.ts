import { describe, expect, it } from "vitest";
import { stateCount, stateShare } from "../../../components/fleet/state-counts.ts";

const COUNTS = { live: 90, quiet: 0, stale: 0, offline: 5, "never-seen": 3, alarm: 2 };
const PAGE = { countsByState: COUNTS, isWhole: true };

describe("the figure of a state", () => {
  it("speaks of the whole fleet where presence knows it", () => {
    for (const state of ["live", "offline", "never-seen"] as const) {
      expect(stateCount(state, PAGE, 0)).toEqual({ count: COUNTS[state], coverage: null });
    }
  });

  it("is no zero where nobody listens", () => {
    expect(stateCount("quiet", PAGE, 0)).toEqual({ count: null, coverage: "none heard on this screen" });
  });

  it("says of how many it speaks while this screen hears a part", () => {
    expect(stateCount("quiet", PAGE, 40)).toEqual({ count: 0, coverage: "of 40 heard on this screen" });
    expect(stateCount("stale", { ...PAGE, countsByState: { ...COUNTS, stale: 2 } }, 40)).toEqual({
      count: 2,
      coverage: "of 40 heard on this screen",
    });
    expect(stateCount("alarm", PAGE, 40)).toEqual({ count: 2, coverage: "reported, or of 40 heard on this screen" });
    expect(stateCount("alarm", PAGE, 0)).toEqual({ count: 2, coverage: "reported by devices" });
  });

  it("speaks of all once every connected thing is heard", () => {
    expect(stateCount("quiet", PAGE, 92)).toEqual({ count: 0, coverage: null });
    expect(stateCount("alarm", PAGE, 100)).toEqual({ count: 2, coverage: null });
  });

  it("speaks of what is read so far while the server still reads the fleet", () => {
    expect(stateCount("live", { ...PAGE, isWhole: false }, 0)).toEqual({ count: 90, coverage: "so far" });
    expect(stateCount("quiet", { ...PAGE, isWhole: false }, 40)).toEqual({ count: 0, coverage: "so far" });
  });

  it("has a share of the whole, and none without a whole", () => {
    expect(stateShare(90, COUNTS)).toBe("90 %");
    expect(stateShare(null, COUNTS)).toBeNull();
    expect(stateShare(0, { live: 0, quiet: 0, stale: 0, offline: 0, "never-seen": 0, alarm: 0 })).toBeNull();
  });

  it("rounds neither one device of ten thousand to none nor the others to all", () => {
    const large = { ...COUNTS, live: 1, "never-seen": 10_000, offline: 0, alarm: 0 };
    expect([1, 10_000, 0].map((count) => stateShare(count, large))).toEqual(["under 1 %", "over 99 %", "0 %"]);
  });
});
