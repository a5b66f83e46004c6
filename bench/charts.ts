import { type Bench, type BenchOptions, roundCount } from "./bench.ts";
import { type Goal, type Outcome, type Reading, reading } from "./outcome.ts";
import { ratioOfRounds, spreadOf, takeRounds } from "./statistics.ts";
import type { BenchSite } from "./support/bench-site.ts";
import type { Browser, Page } from "./support/cdp.ts";

const SIDES = ["ours", "uplot", "echarts", "recharts"] as const;
type Side = (typeof SIDES)[number];

const NAMES: Readonly<Record<Side, string>> = { ours: "ours", uplot: "uPlot", echarts: "ECharts", recharts: "Recharts" };

interface ChartPlan {
  readonly scene: { charts: number; lines: number; points: number; width: number; height: number };
  readonly everyMs: number;
  readonly updates: number;
  /** What the ratio of ours to a peer is held against. */
  readonly goals: Readonly<Partial<Record<Side, Goal>>>;
}

/** P4: the product's chart in its provider, ten updates a second, against peers with the same lines. */
export const p04LiveChart: Bench = {
  id: "P4",
  title: "Live chart, 10 x 3,600 points at 10 updates a second",
  run: (options) =>
    compare(options, {
      scene: { charts: 1, lines: 10, points: 3_600, width: 1_000, height: 320 },
      everyMs: 100,
      updates: options.isQuick ? 10 : 60,
      goals: { uplot: { must: 1, stretch: 0.5, better: "lower" }, echarts: { must: 0.15, stretch: 0.07, better: "lower" } },
    }),
};

/** P5: fifty of the product's sparklines, each with one more point every half second, against fifty charts of the peers. */
export const p05Sparklines: Bench = {
  id: "P5",
  title: "50 sparklines of 300 points",
  run: (options) =>
    compare(options, {
      scene: { charts: 50, lines: 1, points: 300, width: 96, height: 24 },
      everyMs: 520,
      updates: options.isQuick ? 2 : 15,
      goals: { uplot: { must: 0.5, stretch: 0.4, better: "lower" } },
    }),
};

/** Processor time of one update, ms. */
interface Cost {
  readonly main: number;
  readonly process: number;
}
type Round = Readonly<Record<Side, Cost>>;

async function compare(options: BenchOptions, plan: ChartPlan): Promise<Outcome> {
  const browser = await options.room.browser();
  const site = await options.room.site();
  // Nobody answers there: the charts are fed by the page itself.
  site.mqttUrl = `ws://127.0.0.1:9/mqtt`;
  const pages: Page[] = [];
  try {
    for (const side of SIDES) pages.push(await openSide({ browser, site }, side, plan));
    const { rounds } = await takeRounds<Round>({
      count: options.isQuick ? 1 : roundCount(options),
      measure: async () => {
        const costs: Partial<Record<Side, Cost>> = {};
        for (const [index, side] of SIDES.entries()) {
          const page = pages[index];
          // A peer that needs a whole second an update is measured over fewer of them.
          if (page)
            costs[side] = await measureSide(page, { ...plan, updates: side === "recharts" ? Math.ceil(plan.updates / 5) : plan.updates });
        }
        return costs as Round;
      },
    });
    await Promise.all(pages.map((page, index) => checkDrawn(page, SIDES[index] ?? "ours", plan)));
    return {
      figures: readingsOf(rounds),
      ratios: ratiosOf(rounds, plan),
      notes: [
        "Processor time, so waiting for a processor is not counted. Main thread: script, layout and, as this browser has no graphics processor, the drawing of the canvas. Whole process: rasterising and compositing threads too.",
        "Ours with its session, store and React; the charts are checked to be drawn. ECharts with its own reduction to least and greatest per pixel.",
      ],
      notMeasured: [],
    };
  } finally {
    for (const page of pages) await page.close();
  }
}

function readingsOf(rounds: readonly Round[]): Reading[] {
  return SIDES.flatMap((side) => [
    reading(`${NAMES[side]}, main thread per update`, "ms", spreadOf(rounds.map((round) => round[side].main))),
    reading(`${NAMES[side]}, whole process per update`, "ms", spreadOf(rounds.map((round) => round[side].process))),
  ]);
}

function ratiosOf(rounds: readonly Round[], { goals }: ChartPlan): Reading[] {
  const mainOf = (side: Side) => (round: Round) => round[side].main;
  return SIDES.filter((side) => side !== "ours").map((side) =>
    reading(`main thread, ours / ${NAMES[side]}`, "", ratioOfRounds(rounds, mainOf("ours"), mainOf(side)), goals[side]),
  );
}

async function openSide({ browser, site }: { browser: Browser; site: BenchSite }, side: Side, plan: ChartPlan): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${site.url}/chart-page`);
  await page.waitFor("window.bench");
  await page.evaluate(`bench.mount(${JSON.stringify(side)}, ${JSON.stringify(plan.scene)})`);
  await run(page, { ...plan, updates: Math.max(2, Math.ceil(plan.updates / 4)) });
  return page;
}

const run = (page: Page, { updates, everyMs }: ChartPlan) => page.evaluate(`bench.run(${JSON.stringify({ updates, everyMs })})`);

async function measureSide(page: Page, plan: ChartPlan): Promise<Cost> {
  await page.send("Page.bringToFront");
  const before = await page.processorSeconds();
  await run(page, plan);
  const after = await page.processorSeconds();
  return {
    main: ((after.main - before.main) * 1000) / plan.updates,
    process: ((after.process - before.process) * 1000) / plan.updates,
  };
}

async function checkDrawn(page: Page, side: Side, { scene }: ChartPlan): Promise<void> {
  const painted = await page.evaluate<number>("bench.painted()");
  if (painted < scene.charts) throw new Error(`${side}: ${painted} of ${scene.charts} charts were drawn`);
}
