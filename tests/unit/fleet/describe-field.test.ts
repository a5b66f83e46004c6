import { describe, expect, it } from "vitest";
import { bulkFields } from "../../../components/control/bulk-fields.ts";
import { valueWords } from "../../../components/control/value-words.ts";
import { patchWords } from "../../../components/runs/run-words.tsx";
import { describeField } from "../../../lib/fleet/describe-thing.ts";
import type { ThingSummary } from "../../../lib/fleet/thing.ts";
import type { AuditRow } from "../../../lib/shadow/audit-row.ts";
import { matchesFilter } from "../../../lib/shadow/audit-filter.ts";

describe("a field in the log", () => {
  it("has the words of the thing's own type", () => {
    const { label, control } = describeField(["pump"], "power");
    expect([label, valueWords(control, true)]).toEqual(["Pump", "Running"]);
    expect(describeField(["meter"], "reportIntervalSeconds").label).toBe("Report every");
  });

  it("of an unknown type has words only where every type that has it agrees", () => {
    expect(describeField([], "reportIntervalSeconds").label).toBe("Report every");
    const power = describeField([], "power");
    expect([power.label, valueWords(power.control, true)]).toEqual(["Power", "On"]);
  });

  it("of several types has their common words, and all their options", () => {
    const { label, control } = describeField(["pump", "chiller"], "mode");
    expect([label, valueWords(control, "standby"), valueWords(control, "eco")]).toEqual(["Mode", "Standby", "Eco"]);
  });

  it("described nowhere is made of its name", () => {
    expect(describeField([], "valve.openPercent")).toEqual({ label: "Valve open percent" });
    expect(describeField(["pump"], "constructor").control).toBeUndefined();
  });

  it("is found by its name and by part of its label", () => {
    const row = { fields: ["power"], kind: "command", thingType: "chiller", atMs: 1 } as AuditRow;
    expect(["power", "chill", "CHILLER"].every((field) => matchesFilter(row, { field }))).toBe(true);
    expect(matchesFilter(row, { field: "pump" })).toBe(false);
  });
});

describe("a control offered for many devices", () => {
  const thing = (thingType: string) => ({ thingType, shadow: null }) as unknown as ThingSummary;

  it("is called what fits all of them, and asks as the strictest of them", () => {
    const [power] = bulkFields([thing("pump"), thing("chiller"), thing("pump")]);
    expect(power).toMatchObject({ field: "power", count: 3, guard: "type-the-name", control: { label: "Power", onLabel: "On" } });
    expect(bulkFields([thing("pump"), thing("pump")])[0]?.control).toMatchObject({ label: "Pump", onLabel: "Running" });
  });

  it("offers each option once", () => {
    const mode = bulkFields([thing("pump"), thing("chiller"), thing("pump")]).find(({ field }) => field === "mode");
    const options = mode?.control.kind === "enum" ? mode.control.options.map(({ value }) => value) : [];
    expect(options).toEqual(["auto", "manual", "standby", "eco", "normal", "boost"]);
  });
});

describe("a run's title", () => {
  it("says the change in the words of its devices", () => {
    expect(patchWords({ patch: { power: false, speed: 40 }, thingTypes: ["pump"] })).toBe("Pump to Stopped, Speed to 40 %");
    expect(patchWords({ patch: { power: false } })).toBe("Power to Off");
  });
});
