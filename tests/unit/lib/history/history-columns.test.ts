import { describe, expect, it } from "vitest";
import { toColumns } from "../../../../lib/history/history-columns.ts";

const row = (atMs: number, payload: unknown) => ({
  pk: "pump-1",
  sk: Math.floor(atMs / 60_000) * 60_000,
  atMs,
  data: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)).toString("base64"),
});

describe("rows of history as columns", () => {
  it("keeps each value under its time, and null where a message had none", () => {
    expect(toColumns([row(1, { flow: 1.5 }), row(2, { pressure: 3, isOn: true }), row(3, { flow: 2, state: { x: 4 } })], null)).toEqual({
      times: [1, 2, 3],
      values: { flow: [1.5, null, 2], pressure: [null, 3, null], isOn: [null, 1, null], "state.x": [null, null, 4] },
    });
  });

  it("answers the metrics that were asked for, also one that was never sent", () => {
    expect(toColumns([row(1, { flow: 1, other: 2 })], ["flow", "gone"])).toEqual({ times: [1], values: { flow: [1], gone: [null] } });
  });

  it.each([
    ["no JSON", "{flow:"],
    ["no object", "[1]"],
    ["a number that JSON writes and no chart can draw", '{"flow":1e999}'],
    ["too deep", `${"[".repeat(40)}${"]".repeat(40)}`],
    ["too large", JSON.stringify({ flow: 1, text: "x".repeat(17_000) })],
    ["no UTF-8", Buffer.from([0xff, 0xfe, 0x7b]).toString("latin1")],
    ["nothing", ""],
  ])("a payload that is %s is a gap, as it is live", (_what, payload) => {
    expect(toColumns([row(1, payload), row(2, { flow: 2 })], ["flow"])).toEqual({ times: [2], values: { flow: [2] } });
  });

  it("a row that is not of the rule's making is left out", () => {
    expect(toColumns([{ pk: "pump-1" }, { sk: 1, atMs: "x", data: 3 }, null], null)).toEqual({ times: [], values: {} });
  });

  it("names, empty ones and those of Object's own members too, are values like any other", () => {
    const { values } = toColumns([row(1, '{"":7,"constructor":8,"n":123456789012345678901234567890123456789012}')], null);
    expect(Object.entries(values)).toEqual([
      ["", [7]],
      ["constructor", [8]],
      ["n", [123456789012345678901234567890123456789012]],
    ]);
  });
});
