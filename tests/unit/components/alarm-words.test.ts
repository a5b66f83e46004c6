import { describe, expect, it } from "vitest";
import { isBackToNormal } from "../../../components/alarms/alarm-words.ts";

const T = 1_763_870_400_000;
const alarm = { isActive: true, metric: "vibration", thingType: "pump", lastSeenMs: T };
const heard = (value: number | string, atMs: number, isStale = false) => ({ value, atMs, isStale });

describe("an alarm whose value this tab hears", () => {
  it("is back to normal once a value within its limits is newer than any breach the cloud could still tell of", () => {
    expect(isBackToNormal(alarm, heard(2, T + 10_000))).toBe(true);
    expect(isBackToNormal(alarm, heard(2, T + 9_999))).toBe(false);
    expect(isBackToNormal(alarm, heard(9, T + 30_000))).toBe(false);
  });

  it("is not called normal by a value that is stale, not a number or not heard, and a past one stays past", () => {
    expect(isBackToNormal(alarm, heard(2, T + 30_000, true))).toBe(false);
    expect(isBackToNormal(alarm, heard("2", T + 30_000))).toBe(false);
    expect(isBackToNormal(alarm, undefined)).toBe(false);
    expect(isBackToNormal({ ...alarm, isActive: false }, heard(2, T + 30_000))).toBe(false);
  });
});
