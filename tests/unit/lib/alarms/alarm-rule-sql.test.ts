import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alarmBounds, alarmColumns, alarmWhere } from "../../../../lib/alarms/alarm-rule-sql.ts";
import { alarmSeverity } from "../../../../lib/fleet/describe-thing.ts";
import { metric } from "../../../../lib/fleet/thing-type-schema.ts";
import { THING_TYPES } from "../../../../lib/fleet/thing-types.ts";
import { parseRuleQuery } from "../../../../local-aws/iot-core/rules/sql-parser.ts";
import type { SqlScope } from "../../../../local-aws/iot-core/rules/sql-scope.ts";
import type { SqlValue } from "../../../../local-aws/iot-core/rules/sql-values.ts";

const bounds = alarmBounds(THING_TYPES);
const rule = parseRuleQuery(`SELECT ${alarmColumns(bounds)} FROM 'dt/+/+/telemetry' WHERE ${alarmWhere(bounds)}`);
const scopeOf = (payload: unknown) => ({ payload: payload as SqlValue }) as SqlScope;
const isCaught = (payload: unknown) => rule.isMatch(scopeOf(payload));

describe("the rule's WHERE", () => {
  it("lets every message through that a browser would call an alarm, whatever else the message carries", () => {
    const types = Object.values(THING_TYPES);
    const anything = fc.oneof(fc.double(), fc.string(), fc.constant(null), fc.boolean(), fc.constant([]), fc.constant({}));
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.infiniteStream(fc.oneof(fc.double({ min: -50, max: 400, noNaN: true }), anything)),
        (type, stream) => {
          const names = Object.keys(type.metrics);
          const values = [...stream.take(names.length)].map((value) => (Number.isNaN(value) ? null : value));
          const payload = Object.fromEntries(names.map((name, i) => [name, values[i]]));
          const isAlarm = names.some((name) => {
            const value = payload[name];
            return typeof value === "number" && alarmSeverity(value, type.metrics[name]?.alarm) !== undefined;
          });
          return !isAlarm || isCaught(payload);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("keeps messages within all limits away from the function", () => {
    expect(isCaught({ flow: 900, pressure: 8.5, temperature: 75, vibration: 4.5, power: 999 })).toBe(false);
    expect(isCaught({ voltage: 230 })).toBe(false);
    expect(isCaught({ voltage: 212 })).toBe(false);
    expect(isCaught({})).toBe(false);
    expect(isCaught([])).toBe(false);
    expect(isCaught(undefined)).toBe(false);
  });

  it("sees one value beyond its limit beside others that are missing, text or null", () => {
    expect(isCaught({ vibration: 4.51 })).toBe(true);
    expect(isCaught({ vibration: 4.51, pressure: "high", temperature: null })).toBe(true);
    expect(isCaught({ supplyTemperature: 0.49 })).toBe(true);
    expect(rule.select(scopeOf({ vibration: 4.51, flow: 3 }))).toEqual({ vibration: 4.51 });
  });
});

describe("a metric that several types limit", () => {
  const settings = (alarm: object) => ({
    label: "T",
    intervalSeconds: 1,
    keyMetrics: [],
    controls: {},
    metrics: { cpu: metric("CPU", "%", { alarm }) },
  });

  it("is watched at the loosest limit", () => {
    expect(
      alarmBounds({
        a: settings({ warningAbove: 90 }),
        b: settings({ criticalAbove: 80, warningBelow: 5 }),
        c: settings({ criticalBelow: 7 }),
      }),
    ).toEqual([{ metric: "cpu", above: 80, below: 7 }]);
  });

  it("must have a name that SQL can hold", () => {
    const named = (name: string) => ({ t: { ...settings({}), metrics: { [name]: metric("X", "", { alarm: { warningAbove: 1 } }) } } });
    for (const name of ["a.b", "x' OR true", "select", "thing", "1st", ""])
      expect(() => alarmBounds(named(name))).toThrow("SQL cannot name it");
    expect(alarmBounds(named("supply_2"))).toHaveLength(1);
  });
});
