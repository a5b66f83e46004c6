import { describe, expect, it } from "vitest";
import { toCsv } from "../../../components/live/chart/chart-csv.ts";
import { ThingSeries } from "../../../lib/telemetry/thing-series.ts";

const START_MS = 1_763_870_000_000;

describe("a chart's CSV", () => {
  it("runs nothing in a spreadsheet and keeps every cell in its column, whatever a metric is called", () => {
    for (const [label, cell] of [
      ["=cmd|'/c calc'!A1", `"'=cmd|'/c calc'!A1"`],
      ["\uff0bA1", `"'\uff0bA1"`],
      ["\t@SUM(A1)", `"'\t@SUM(A1)"`],
      ['a"b,c\nd', '"a""b,c\nd"'],
    ] as const) {
      const series = new ThingSeries(10);
      series.beginRow(START_MS);
      series.put(0, -1.5);
      const csv = toCsv({ series, window: { fromMs: START_MS, toMs: START_MS }, columns: [{ index: 0, label, unit: "" }] });
      expect(csv).toBe(`time,${cell}\r\n${new Date(START_MS).toISOString()},-1.5\r\n`);
    }
  });

  it("has exactly the samples of the window", () => {
    const series = new ThingSeries(100);
    for (let i = 0; i < 10; i += 1) {
      series.beginRow(START_MS + i * 1_000);
      series.put(0, i);
    }
    const csv = toCsv({
      series,
      window: { fromMs: START_MS + 3_000, toMs: START_MS + 5_000 },
      columns: [{ index: 0, label: "n", unit: "" }],
    });
    expect(csv.split("\r\n").map((line) => line.split(",")[1])).toEqual(["n", "3", "4", "5", undefined]);
  });
});
