import { describe, expect, it } from "vitest";
import { planWall } from "../../../components/wall/wall-plan.ts";

describe("the room under a wall's figures", () => {
  it("holds names and the most pressing lines where both fit", () => {
    expect(planWall({ width: 1376, height: 505, siteCounts: [24, 19], attentionCount: 9 })).toMatchObject({
      isNamed: true,
      attentionRows: 3,
    });
    expect(planWall({ width: 1856, height: 690, siteCounts: [24, 19], attentionCount: 9 })).toMatchObject({
      isNamed: true,
      attentionRows: 8,
    });
  });

  it("leaves no line out of a screen that is high enough for all", () => {
    expect(planWall({ width: 1016, height: 1500, siteCounts: [29, 19], attentionCount: 16 })).toMatchObject({
      isNamed: true,
      attentionRows: 16,
    });
  });

  it("gives the names up before the lines", () => {
    const plan = planWall({ width: 960, height: 390, siteCounts: [24, 19], attentionCount: 9 });
    expect(plan.isNamed).toBe(false);
    expect(plan.attentionRows).toBeGreaterThanOrEqual(3);
  });

  it("names no device of a fleet that is too large for names", () => {
    expect(planWall({ width: 1856, height: 5_000, siteCounts: [140, 100], attentionCount: 0 }).isNamed).toBe(false);
  });

  it("draws as many marks as fit, and never none", () => {
    const { tilesMax, attentionRows } = planWall({ width: 960, height: 390, siteCounts: [240, 0], attentionCount: 2 });
    expect(tilesMax).toBeLessThan(120);
    expect(attentionRows).toBe(2);
    expect(planWall({ width: 960, height: 10, siteCounts: [240], attentionCount: 2 }).tilesMax).toBeGreaterThan(0);
  });

  it("asks for no line where nothing needs a person, and keeps one where the room is too small", () => {
    expect(planWall({ width: 1376, height: 505, siteCounts: [3], attentionCount: 0 })).toMatchObject({
      isNamed: true,
      attentionRows: 0,
      tilesMax: Infinity,
    });
    expect(planWall({ width: 1024, height: 40, siteCounts: [24, 19], attentionCount: 4 }).attentionRows).toBe(1);
  });
});
