import { type Bench, type BenchOptions, roundCount } from "./bench.ts";
import { type Goal, reading } from "./outcome.ts";
import { ratioOfRounds, spreadOf, takeRounds } from "./statistics.ts";
import { type BenchSite, startBenchSite } from "./support/bench-site.ts";
import type { Browser } from "./support/cdp.ts";

interface ChartPlan {
  readonly scene: { charts: number; lines: number; points: number; width: number; height: number };
  readonly everyMs: number;
  readonly updates: number;
}

type Side = "ours" | "uplot";

/** P4: the product's chart in its provider, ten updates a second, against a bare uPlot of the same lines. */
export const p04LiveChart: Bench = {
  id: "P4",
  title: "Live chart, 10 x 3,600 points at 10 updates a second",
  run: (options) =>
    compare(
      options,
      { scene: { charts: 1, lines: 10, points: 3_600, width: 1_000, height: 320 }, everyMs: 100, updates: options.isQuick ? 20 : 80 },
      { must: 1, stretch: 0.5, better: "lower" },
    ),
};

/** P5: fifty of the product's sparklines, each with one more point every half second, against fifty uPlots. */
export const p05Sparklines: Bench = {
  id: "P5",
  title: "50 sparklines of 300 points",
  run: (options) =>
    compare(
      options,
      { scene: { charts: 50, lines: 1, points: 300, width: 96, height: 24 }, everyMs: 520, updates: options.isQuick ? 6 : 20 },
      { must: 0.5, stretch: 0.4, better: "lower" },
    ),
};

async function compare(options: BenchOptions, plan: ChartPlan, goal: Goal) {
  const browser = await options.room.browser();
  const site = await startBenchSite();
  // Nobody answers there: the charts are fed by the page itself.
  site.mqttUrl = `ws://127.0.0.1:9/mqtt`;
  try {
    const { rounds } = await takeRounds({
      count: roundCount(options),
      measure: async () => ({
        ours: await measureSide({ browser, site }, "ours", plan),
        uplot: await measureSide({ browser, site }, "uplot", plan),
      }),
    });
    return {
      figures: [
        reading("ours, main thread per update", "ms", spreadOf(rounds.map(({ ours }) => ours))),
        reading("uPlot, main thread per update", "ms", spreadOf(rounds.map(({ uplot }) => uplot))),
      ],
      ratios: [
        reading(
          "ours / uPlot",
          "",
          ratioOfRounds(
            rounds,
            ({ ours }) => ours,
            ({ uplot }) => uplot,
          ),
          goal,
        ),
      ],
      notes: [
        "All main-thread time of the page while it is updated, ours with its session, store and React; the canvases are checked to be drawn.",
      ],
      notMeasured: ["against ECharts and Recharts: they are not among this project's packages"],
    };
  } finally {
    await site.close();
  }
}

async function measureSide({ browser, site }: { browser: Browser; site: BenchSite }, side: Side, plan: ChartPlan): Promise<number> {
  const page = await browser.newPage();
  try {
    await page.goto(`${site.url}/chart-page`);
    await page.waitFor("window.bench");
    await page.evaluate(`bench.mount(${JSON.stringify(side)}, ${JSON.stringify(plan.scene)})`);
    const run = (updates: number) => page.evaluate(`bench.run(${JSON.stringify({ updates, everyMs: plan.everyMs })})`);
    await run(Math.max(2, Math.ceil(plan.updates / 4)));
    const before = await page.taskSeconds();
    await run(plan.updates);
    const seconds = (await page.taskSeconds()) - before;
    const painted = await page.evaluate<number>("bench.paintedCanvases()");
    if (painted < plan.scene.charts) throw new Error(`${side}: ${painted} of ${plan.scene.charts} charts were drawn`);
    return (seconds * 1000) / plan.updates;
  } finally {
    await page.close();
  }
}
