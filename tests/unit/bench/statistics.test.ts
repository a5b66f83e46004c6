import { describe, expect, it } from "vitest";
import { judge, verdictOf } from "../../../bench/outcome.ts";
import { median, percentile, ratioOfRounds, takeRounds } from "../../../bench/statistics.ts";

describe("statistics of a run", () => {
  it("takes the middle value, and the mean of the middle two", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => median([])).toThrow(RangeError);
  });

  it("takes percentiles by nearest rank, never beyond the values", () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(percentile(values, 0.95)).toBe(95);
    expect(percentile(values, 1)).toBe(100);
    expect(percentile([7], 0.5)).toBe(7);
  });

  it("compares within rounds, so a slow round does not favour either side", () => {
    const rounds = [
      { ours: 90, theirs: 100 },
      { ours: 9, theirs: 10 },
      { ours: 200, theirs: 250 },
    ];
    const ratio = ratioOfRounds(
      rounds,
      ({ ours }) => ours,
      ({ theirs }) => theirs,
    );
    expect(ratio).toEqual({ median: 0.9, min: 0.8, max: 0.9, rounds: [0.9, 0.9, 0.8] });
  });
});

describe("the repeat rule", () => {
  const measuring = (limits: readonly number[]) => ({
    count: 3,
    measure: (index: number) => Promise.resolve({ index, raw: limits[index] ?? Number.NaN }),
    rawLimitOf: ({ raw }: { raw: number }) => raw,
  });

  it("keeps every round of a quiet machine", async () => {
    const { rounds, repeatedCount } = await takeRounds(measuring([100, 71, 99]));
    expect(rounds.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(repeatedCount).toBe(0);
  });

  it("repeats a round below 70 % of the best", async () => {
    const { rounds, repeatedCount } = await takeRounds(measuring([100, 69, 99, 98]));
    expect(rounds.map(({ index }) => index)).toEqual([0, 2, 3]);
    expect(repeatedCount).toBe(1);
  });

  it("condemns earlier rounds when a better one shows they were disturbed", async () => {
    const { rounds } = await takeRounds(measuring([50, 100, 100, 100]));
    expect(rounds.map(({ index }) => index)).toEqual([1, 2, 3]);
  });

  it("ends after twice the rounds on a machine that is never quiet", async () => {
    const { rounds, repeatedCount } = await takeRounds(measuring([100, 1, 1, 1, 1, 1, 1, 1]));
    expect(rounds.map(({ index }) => index)).toEqual([0]);
    expect(repeatedCount).toBe(5);
  });
});

describe("verdicts", () => {
  it("holds a value against must and stretch in the right direction", () => {
    const goal = { must: 0.85, stretch: 0.95, better: "higher" } as const;
    expect([0.96, 0.9, 0.8].map((value) => judge({ value, goal }))).toEqual(["stretch", "met", "missed"]);
    expect(judge({ value: 3, goal: { must: 5, better: "lower" } })).toBe("met");
    expect(judge({ value: Number.NaN, goal })).toBe("missed");
  });

  it("is the worst of its readings, and says so when nothing was measured", () => {
    const goal = { must: 1, better: "lower" } as const;
    const met = { what: "a", unit: "", value: 1, goal };
    const missed = { what: "b", unit: "", value: 2, goal };
    expect(verdictOf({ figures: [met], ratios: [missed] })).toBe("missed");
    expect(verdictOf({ figures: [{ what: "c", unit: "", value: 2 }], ratios: [] })).toBe("reported");
    expect(verdictOf({ figures: [], ratios: [] })).toBe("not measured");
  });
});
