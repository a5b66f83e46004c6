import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { formatMoment, timeTicks, valueTicks } from "../../../components/live/chart/axis-ticks.ts";
import { type ChartScene, createPixels, measure, silentStretches } from "../../../components/live/chart/chart-model.ts";
import { pastWords, rowsOf } from "../../../components/live/chart/chart-rows.ts";
import { HistoryOverlay, type HistoryView } from "../../../components/live/chart/history-overlay.ts";
import { historyStretch } from "../../../components/live/use-history.ts";
import { ThingSeries } from "../../../lib/telemetry/thing-series.ts";

const T = 1_763_870_400_000;
const MINUTE_MS = 60_000;
const LIVE_GAP_MS = 3_000;

const view = (minutes: readonly number[], over: Partial<HistoryView> = {}): HistoryView => ({
  state: "ready",
  fromMs: T,
  toMs: T + 60 * MINUTE_MS,
  spacingMs: MINUTE_MS,
  times: minutes.map((minute) => T + minute * MINUTE_MS),
  values: { flow: minutes.map((minute) => minute) },
  ...over,
});

/** A tab that hears one message a second between these minutes. */
function heard(...stretches: readonly (readonly [fromMinute: number, toMinute: number])[]): ThingSeries {
  const series = new ThingSeries(10_000);
  for (const [from, to] of stretches) {
    for (let atMs = T + from * MINUTE_MS; atMs <= T + to * MINUTE_MS; atMs += 1_000) {
      series.beginRow(atMs);
      series.put(0, 100);
    }
  }
  return series;
}

const minutesOf = (series: ThingSeries) => Array.from({ length: series.rowCount }, (_, row) => (series.timeAt(row) - T) / MINUTE_MS);

function overlayOf(history: HistoryView): HistoryOverlay {
  const overlay = new HistoryOverlay();
  overlay.set(history);
  return overlay;
}

function sceneOf(live: ThingSeries, history: HistoryView, window = { fromMs: T, toMs: T + 60 * MINUTE_MS }): ChartScene {
  const overlay = overlayOf(history);
  const line = {
    metric: "flow",
    index: 0,
    label: "Flow",
    unit: "",
    color: { css: "", bytes: [0, 0, 0, 255] as const },
    pixels: createPixels(600),
    past: null,
  };
  return {
    clock: "local",
    ...{ window, series: live, lines: [line], gaps: [], marks: [], gapMs: LIVE_GAP_MS, nowMs: window.toMs, min: 0, max: 1 },
    history: { overlay, series: overlay.rows(live, LIVE_GAP_MS) },
  };
}

describe("the past behind what a tab has heard", () => {
  it("is everything before the first message, and the gaps; what was heard is not shown twice", () => {
    const every = Array.from({ length: 60 }, (_, minute) => minute);
    const shown = overlayOf(view(every)).rows(heard([20, 30], [40, 50]), LIVE_GAP_MS);
    expect(minutesOf(shown)).toEqual([...every.slice(0, 20), ...every.slice(31, 40), ...every.slice(51)]);
  });

  it("is all there is for a device that says nothing", () => {
    expect(minutesOf(overlayOf(view([1, 2, 3])).rows(new ThingSeries(10), LIVE_GAP_MS))).toEqual([1, 2, 3]);
  });

  it("fills the pixels in which nothing was heard, and only those", () => {
    const scene = sceneOf(heard([30, 60]), view(Array.from({ length: 60 }, (_, minute) => minute)));
    measure(scene, new Uint32Array(601));
    const [line] = scene.lines;
    expect([...(line?.past?.slice(0, 300) ?? [])].filter(Boolean)).toHaveLength(30);
    expect([...(line?.past?.slice(301) ?? [])].some(Boolean)).toBe(false);
    expect(line?.pixels.last[50]).toBe(5);
  });
});

test("a chart without a value claims no range and has no figures on its axis", () => {
  const { min, max } = measure(sceneOf(new ThingSeries(10), view([])), new Uint32Array(601));
  expect(valueTicks(min, max, 5)).toEqual([]);
});

describe("stretches without a sample", () => {
  const stretches = (live: ThingSeries, history: HistoryView) =>
    silentStretches(sceneOf(live, history)).map(({ fromMs, toMs }) => [(fromMs - T) / MINUTE_MS, (toMs - T) / MINUTE_MS]);

  it("are those longer than two minutes of the past; one missing minute is a line", () => {
    expect(
      stretches(
        heard([40, 60]),
        view([...Array.from({ length: 10 }, (_, i) => i), 11, 12, 20, ...Array.from({ length: 20 }, (_, i) => 20 + i)]),
      ),
    ).toEqual([[12, 20]]);
  });

  it("begin where the past begins that was asked for, for nothing was kept before the first sample", () => {
    expect(stretches(heard([40, 60]), view([38, 39]))).toEqual([[0, 38]]);
    expect(stretches(new ThingSeries(10), view([]))).toEqual([[0, 60]]);
  });

  it("are not claimed while the past has not been read", () => {
    expect(stretches(heard([40, 60]), view([], { state: "loading" }))).toEqual([]);
    expect(stretches(heard([40, 60]), view([], { state: "unavailable" }))).toEqual([]);
  });

  it("are seen in what was heard at its own pace, with the past around it", () => {
    expect(stretches(heard([40, 50], [51, 60]), view(Array.from({ length: 40 }, (_, i) => i)))).toEqual([[50, 51]]);
  });
});

describe("the words for it", () => {
  const window = { fromMs: T, toMs: T + 60 * MINUTE_MS };
  const hour = { window, clock: "utc" } as const;
  const past = overlayOf(view([1, 2, 3])).rows(new ThingSeries(1), LIVE_GAP_MS);

  it("tell until when there is one sample a minute", () => {
    expect(pastWords(past, hour, T + 30 * MINUTE_MS)).toBe("one sample a minute before 04:30");
    expect(pastWords(past, hour, null)).toBe("one sample a minute");
    expect(pastWords(past, hour, T - MINUTE_MS)).toBe("gaps filled with one sample a minute");
    expect(pastWords(past, { ...hour, window: { fromMs: T + 10 * MINUTE_MS, toMs: T + 20 * MINUTE_MS } }, null)).toBe("");
  });

  it("rows come in the order of time, each with its source", () => {
    const rows = rowsOf({ series: heard([2.5, 2.5]), past, metrics: [{ index: 0, pastIndex: 0 }], window });
    expect(rows.map(({ values, isPast }) => [values[0], isPast])).toEqual([
      [1, true],
      [2, true],
      [100, false],
      [3, true],
    ]);
  });
});

describe("what is asked of the server", () => {
  it("covers the window, stays the same while the window moves a little, and is never longer than it may be", () => {
    for (const spanMs of [2 * MINUTE_MS, 3_600_000, 86_400_000, 7 * 86_400_000]) {
      const stretch = historyStretch({ fromMs: T - spanMs + 1, toMs: T - MINUTE_MS });
      expect(stretch.fromMs).toBeLessThanOrEqual(T - spanMs + 1);
      expect(stretch.toMs).toBeGreaterThanOrEqual(T - MINUTE_MS);
      expect(stretch.toMs - stretch.fromMs).toBeLessThanOrEqual(8 * 86_400_000);
    }
    expect(historyStretch({ fromMs: T + 1_000, toMs: T + 121_000 })).toEqual(historyStretch({ fromMs: T + 60_000, toMs: T + 180_000 }));
  });
});

describe("the time axis", () => {
  const zone = process.env.TZ;
  beforeAll(() => {
    process.env.TZ = "Europe/Berlin";
  });
  afterAll(() => {
    process.env.TZ = zone;
  });

  it("keeps to round local hours on the days that clocks change, and names midnight by its day", () => {
    for (const day of [Date.UTC(2026, 2, 29), Date.UTC(2026, 9, 25)]) {
      const ticks = timeTicks({ fromMs: day - 6 * 3_600_000, toMs: day + 30 * 3_600_000 }, 8, "local");
      for (const { at, label } of ticks) expect(label).toMatch(new Date(at).getHours() === 0 ? /^(Sun|Mon) \d+$/ : /^\d\d:00$/);
      expect(ticks.map(({ at }) => at)).toEqual([...new Set(ticks.map(({ at }) => at))].sort((a, b) => a - b));
      expect(ticks.length).toBeGreaterThan(4);
    }
    expect(timeTicks({ fromMs: Date.UTC(2028, 1, 28), toMs: Date.UTC(2028, 2, 2) }, 4, "local").map(({ label }) => label)).toContain(
      "Tue 29",
    );
  });

  it("is in UTC for who reads UTC, wherever this machine is", () => {
    const fromMs = Date.UTC(2026, 10, 22, 22);
    const ticks = timeTicks({ fromMs, toMs: fromMs + 4 * 3_600_000 }, 4, "utc");
    expect(ticks.map(({ label }) => label)).toEqual(["22:00", "23:00", "Mon 23", "01:00", "02:00"]);
    expect(ticks.find(({ label }) => label === "Mon 23")?.at).toBe(Date.UTC(2026, 10, 23));
    expect(formatMoment(fromMs, "utc", 3_600_000)).toBe("22:00:00 UTC");
    expect(formatMoment(fromMs, "utc", 86_400_000)).toBe("Sun 22 22:00:00 UTC");
    expect(formatMoment(fromMs, "local", 86_400_000)).toBe("Sun 22 23:00:00");
  });
});

describe("the value axis", () => {
  it("never shows one value alone, whatever the range", () => {
    for (const [min, max] of [
      [552, 642],
      [0.999, 1.001],
      [24, 26],
      [-3, 97],
      [4.19, 4.33],
      [99.6, 100.4],
    ] as const) {
      const ticks = valueTicks(min, max, 3);
      expect(ticks.length, `${min} to ${max}`).toBeGreaterThan(1);
      expect(new Set(ticks.map(({ label }) => label)).size, `${min} to ${max}`).toBe(ticks.length);
    }
  });
});
