import { type Bench, roundCount } from "./bench.ts";
import { type Outcome, reading } from "./outcome.ts";
import { ratioOfRounds, spreadOf, takeRounds } from "./statistics.ts";
import type { Page } from "./support/cdp.ts";
import { type MessageSource, startMessageSource } from "./support/message-source.ts";

const THINGS = 10_000;
const PER_SECOND = 2_000;
const LIVE_THINGS = 1_000;
const FRAME_MS = 1_000 / 60;

interface Mounted {
  readonly ms: number;
  readonly nodes: number;
}

interface Round {
  readonly ours: Mounted;
  readonly plain: Mounted;
  readonly filterMs: number;
  readonly sortMs: number;
}

interface Scrolled {
  readonly fps: number;
  readonly dropped: number;
  readonly longTasks: number;
  readonly forMs: number;
}

export const p03Table: Bench = {
  id: "P3",
  title: "Table of 10,000 things: mount, filter, sort, scroll while live",
  run: async (options) => {
    const [browser, site, source] = [await options.room.browser(), await options.room.site(), await startMessageSource()];
    site.mqttUrl = source.url;
    const page = await browser.newPage();
    try {
      await page.goto(`${site.url}/table-page`);
      await page.waitFor("window.bench");
      await measureOurs(page);
      const { rounds } = await takeRounds({ count: roundCount(options), measure: () => measureRound(page) });
      const scrolled = await scrollLive(page, source, options.isQuick ? 3_000 : 30_000);
      return outcomeOf(rounds, scrolled);
    } finally {
      await page.close();
      await source.close();
    }
  },
};

function outcomeOf(rounds: readonly Round[], scrolled: Scrolled): Outcome {
  const of = (value: (round: Round) => number) => spreadOf(rounds.map(value));
  const mountRatio = ratioOfRounds(
    rounds,
    ({ ours }) => ours.ms,
    ({ plain }) => plain.ms,
  );
  return {
    figures: [
      reading(
        "mount to paint",
        "ms",
        of(({ ours }) => ours.ms),
      ),
      reading(
        "nodes of the page",
        "",
        of(({ ours }) => ours.nodes),
      ),
      reading(
        "plain elements: mount to paint",
        "ms",
        of(({ plain }) => plain.ms),
      ),
      reading(
        "plain elements: nodes of the page",
        "",
        of(({ plain }) => plain.nodes),
      ),
      reading(
        "filter to paint",
        "ms",
        of(({ filterMs }) => filterMs),
        { must: 50, better: "lower" },
      ),
      reading(
        "sort to paint, its own work within one frame",
        "ms",
        of(({ sortMs }) => sortMs),
        { must: 2 * FRAME_MS, better: "lower" },
      ),
      reading("scroll while live, frames a second", "fps", scrolled.fps, { must: 59, better: "higher" }),
      reading("scroll while live, tasks over 50 ms", "", scrolled.longTasks, { must: 0, better: "lower" }),
      reading("scroll while live, dropped frames per 10 s", "", (scrolled.dropped * 10_000) / scrolled.forMs),
    ],
    ratios: [reading("mount, ours / plain elements", "", mountRatio, { must: 0.05, stretch: 0.035, better: "lower" })],
    notes: [
      "The product's table with its live session, against as many rows of plain markup, thirteen elements each. The product's list asks its server to filter and sort; here that is done in the page over all 10,000 and counted in.",
      "To paint: from the change to the end of the next frame's main-thread work, so up to a frame of it is waiting.",
      `Scrolled by 66 pixels a frame with ${PER_SECOND.toLocaleString("en")} messages a second arriving, of the first ${LIVE_THINGS.toLocaleString("en")} things.`,
    ],
    notMeasured: [],
  };
}

async function measureRound(page: Page): Promise<Round> {
  const ours = await measureOurs(page);
  return { ...ours, plain: await page.evaluate<Mounted>(`bench.mountPlain(${THINGS})`) };
}

async function measureOurs(page: Page): Promise<Omit<Round, "plain">> {
  const ours = await page.evaluate<Mounted>(`bench.mount(${THINGS})`);
  const filterMs = await page.evaluate<number>(`bench.filter("77")`);
  const left = await page.evaluate<string>("bench.firstRow()");
  if (!left.includes("Pump 77")) throw new Error(`the filter left ${left}`);
  await page.evaluate(`bench.filter("")`);
  const sortMs = await page.evaluate<number>("bench.sort(-1)");
  const first = await page.evaluate<string>("bench.firstRow()");
  if (!first.includes(`Pump ${THINGS - 1}`)) throw new Error(`sorted, the first row is ${first}`);
  await page.evaluate("bench.sort(1)");
  return { ours, filterMs, sortMs };
}

async function scrollLive(page: Page, source: MessageSource, forMs: number): Promise<Scrolled> {
  await page.evaluate(`bench.mount(${THINGS})`);
  await page.waitFor("bench.isLive()");
  const messages = (PER_SECOND * (forMs + 1_500)) / 1_000;
  const streamed = source.stream({ messages, devices: LIVE_THINGS, packetsPerFrame: 1, perSecond: PER_SECOND });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const scrolled = await page.evaluate<Scrolled>(`bench.scroll(${forMs})`);
  await streamed;
  return scrolled;
}
