import { describe, expect, it } from "vitest";
import { parseAlarmEvent } from "../../../../lib/alarms/alarm-event.ts";
import { type AlarmRow, alarmState, clearAfterMs, FAULT, isActive } from "../../../../lib/alarms/alarm-row.ts";
import { parseAlarmRow } from "../../../../lib/alarms/parse-alarm-row.ts";
import { compareAlarms, countAlarms, toAlarmView } from "../../../../lib/alarms/alarm-view.ts";

const by = { sub: "s", username: "otto", name: "Otto Operator" };
const row = (over: Partial<AlarmRow> = {}): AlarmRow => ({
  ...{
    site: "harbor",
    thing: "pump-1",
    metric: "vibration",
    thingType: "pump",
    severity: "warning",
    peak: "warning",
    value: 5,
    words: null,
  },
  ...{ raisedAtMs: 1_000, lastSeenMs: 100_000, clearAfterMs: 60_000, clearedAtMs: null },
  ...over,
});
const acknowledged = { by, atMs: 90_000, note: "" };

describe("the state of an alarm", () => {
  it("goes from unacknowledged to acknowledged to cleared, by age", () => {
    expect(alarmState(row(), 100_000)).toBe("unacknowledged");
    expect(alarmState(row({ acknowledged }), 160_000)).toBe("acknowledged");
    expect(alarmState(row({ acknowledged }), 160_001)).toBe("cleared");
  });

  it("one that cleared before anybody saw it still waits for a person", () => {
    expect(alarmState(row(), 900_000)).toBe("unacknowledged");
    expect(isActive(row(), 900_000)).toBe(false);
  });

  it("a snooze holds until its time", () => {
    const snoozed = { by, atMs: 90_000, untilMs: 150_000 };
    expect(alarmState(row({ snoozed }), 149_999)).toBe("snoozed");
    expect(alarmState(row({ snoozed }), 150_000)).toBe("unacknowledged");
  });

  it("a fault stands until its device takes it back, however long it is silent", () => {
    const fault = row({ metric: FAULT, clearAfterMs: 0, acknowledged });
    expect(alarmState(fault, 9e12)).toBe("acknowledged");
    expect(alarmState({ ...fault, clearedAtMs: 200_000 }, 200_000)).toBe("cleared");
  });

  it("a thing that reports seldom gets five intervals to come back within its limits", () => {
    expect(clearAfterMs(1_000)).toBe(60_000);
    expect(clearAfterMs(60_000)).toBe(300_000);
  });
});

describe("what a browser gets", () => {
  it("the most pressing first, counted whatever is shown", () => {
    const views = [
      row({ thing: "cleared", acknowledged, lastSeenMs: 0 }),
      row({ thing: "acknowledged", acknowledged }),
      row({ thing: "warning" }),
      row({ thing: "past", lastSeenMs: 0 }),
      row({ thing: "critical", severity: "critical" }),
    ].map((one) => toAlarmView(one, { label: one.thing, nowMs: 100_000 }));
    expect(views.toSorted(compareAlarms).map(({ thing }) => thing)).toEqual(["critical", "warning", "past", "acknowledged", "cleared"]);
    expect(countAlarms(views)).toEqual({ unacknowledged: 3, acknowledged: 1, snoozed: 0, cleared: 1, active: { critical: 1, warning: 2 } });
  });

  it("who acknowledged by name only", () => {
    expect(toAlarmView(row({ acknowledged }), { label: "x", nowMs: 0 }).acknowledged).toEqual({
      by: "Otto Operator",
      atMs: 90_000,
      note: "",
    });
  });

  it("a row that is none is not shown", () => {
    expect(parseAlarmRow({ pk: "harbor", sk: "x" })).toBeUndefined();
  });
});

describe("an event of the rules", () => {
  const registry = { thingTypeName: "host", attributes: { site: "harbor", intervalSeconds: "2" } };
  const event = { kind: "telemetry", site: "harbor", thing: "host-1", atMs: 5, registry };

  it("is judged by the thing's own type", () => {
    expect(parseAlarmEvent({ ...event, cpu: 92, memory: 98, disk: "99" })).toMatchObject({
      intervalMs: 2_000,
      breaches: [{ metric: "memory", value: 98, severity: "critical" }],
      fault: undefined,
    });
  });

  it("of another site than the thing's, or of a thing without one, is not an alarm of anybody", () => {
    expect(parseAlarmEvent({ ...event, site: "ridge", memory: 98 })).toBeUndefined();
    expect(parseAlarmEvent({ ...event, registry: { attributes: {} }, memory: 98 })).toBeUndefined();
  });

  it.each([
    [true, "The device reports an alarm"],
    ["bearing hot", "bearing hot"],
    [["a", "b"], "a, b"],
    ["none", null],
    ["", null],
    [false, null],
    [[], null],
    [undefined, null],
    [{ nested: true }, null],
  ])("a device that reports alarm %j says %j", (alarm, fault) => {
    expect(parseAlarmEvent({ ...event, kind: "fault", site: undefined, alarm })).toMatchObject({ breaches: [], fault });
  });

  it("anything else is refused", () => {
    for (const wrong of [null, {}, { kind: "telemetry" }, { ...event, atMs: "now" }]) expect(() => parseAlarmEvent(wrong)).toThrow();
  });
});
