import { describe, expect, it } from "vitest";
import { toCsv } from "../../../components/live/chart/chart-csv.ts";
import { rowsOf } from "../../../components/live/chart/chart-rows.ts";
import { ThingSeries } from "../../../lib/telemetry/thing-series.ts";

const START_MS = 1_763_870_000_000;

interface Shown {
  series: ThingSeries;
  past?: ThingSeries;
  window: { fromMs: number; toMs: number };
  label: string;
}

const csvOf = ({ series, past = new ThingSeries(1), window, label }: Shown) =>
  toCsv({ rows: rowsOf({ series, past, metrics: [{ index: 0, pastIndex: 0 }], window }), columns: [{ label, unit: "" }] });

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
      const csv = csvOf({ series, window: { fromMs: START_MS, toMs: START_MS }, label });
      expect(csv).toBe(`time,${cell}\r\n${new Date(START_MS).toISOString()},-1.5\r\n`);
    }
  });

  it("has exactly the samples of the window", () => {
    const series = new ThingSeries(100);
    for (let i = 0; i < 10; i += 1) {
      series.beginRow(START_MS + i * 1_000);
      series.put(0, i);
    }
    const csv = csvOf({ series, window: { fromMs: START_MS + 3_000, toMs: START_MS + 5_000 }, label: "n" });
    expect(csv.split("\r\n").map((line) => line.split(",")[1])).toEqual(["n", "3", "4", "5", undefined]);
  });

  it("says which samples were kept once a minute, in the order of time", () => {
    const [series, past] = [new ThingSeries(10), new ThingSeries(10)];
    for (const minute of [0, 1]) {
      past.beginRow(START_MS + minute * 60_000);
      past.put(0, minute);
    }
    series.beginRow(START_MS + 90_000);
    series.put(0, 7);
    const csv = csvOf({ series, past, window: { fromMs: START_MS, toMs: START_MS + 120_000 }, label: "n" });
    expect(csv.split("\r\n").map((line) => line.split(",").slice(1).join())).toEqual([
      "n,kept",
      "0,once a minute",
      "1,once a minute",
      "7,live",
      "",
    ]);
  });
});
