import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeControls } from "../../../lib/fleet/describe-thing.ts";
import type { JsonObject } from "../../../lib/fleet/thing.ts";
import { findFieldProblems, timeoutMsOf } from "../../../lib/shadow/field-policy.ts";

const pump = describeControls("pump", null);
const chiller = describeControls("chiller", null);

describe("a command's fields", () => {
  test.each<[JsonObject]>([[{ power: true }], [{ speed: 0 }], [{ speed: 100 }], [{ mode: "standby" }], [{ power: false, speed: 40 }]])(
    "that the thing type describes pass: %j",
    (patch) => {
      expect(findFieldProblems(patch, pump)).toEqual([]);
    },
  );

  test.each<[JsonObject, string]>([
    [{}, "patch"],
    [{ power: "true" }, "power"],
    [{ power: null }, "power"],
    [{ speed: 100.5 }, "speed"],
    [{ speed: -1 }, "speed"],
    [{ speed: "50" }, "speed"],
    [{ mode: "turbo" }, "mode"],
    [{ lastError: null }, "lastError"],
    [{ power: { now: true } }, "power.now"],
    [{ power: {} }, "power"],
    [{ speed: [1] }, "speed"],
    [{ toString: true }, "toString"],
    [{ "power.x": true }, "power.x"],
  ])("that are not what the control takes are named: %j", (patch, field) => {
    expect(findFieldProblems(patch, pump).map((problem) => problem.field)).toContain(field);
  });

  test("keep to the grid of their step, whatever binary fractions do", () => {
    for (let value = 2; value <= 12; value += 0.5) expect(findFieldProblems({ setpoint: value }, chiller)).toEqual([]);
    expect(findFieldProblems({ setpoint: 2.25 }, chiller)).toHaveLength(1);
  });

  test("of a type that nothing describes are those the shadow holds, by JSON type, and confirmed first", () => {
    const controls = describeControls("mystery", {
      desired: { fan: { speed: 3 } },
      reported: { on: true, name: "x", lastError: {}, list: [1] },
    });
    expect(Object.keys(controls).sort()).toEqual(["fan.speed", "name", "on"]);
    expect(Object.values(controls).every(({ guard }) => guard === "confirm")).toBe(true);
    expect(findFieldProblems({ fan: { speed: 9 } }, controls)).toEqual([]);
    expect(findFieldProblems({ on: 1 }, controls)).toHaveLength(1);
    expect(findFieldProblems({ other: true }, controls)).toHaveLength(1);
  });

  test("never throw, whatever JSON arrives", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (patch) => Array.isArray(findFieldProblems(patch as JsonObject, pump))),
    );
  });

  test("give the device the longest of their times", () => {
    expect(timeoutMsOf({ power: true, mode: "eco" }, chiller)).toBe(15_000);
  });
});
