import { type Bench, type BenchOptions, roundCount } from "./bench.ts";
import { type Outcome, type Reading, reading } from "./outcome.ts";
import { median, percentile, ratioOfRounds, spreadOf, takeRounds } from "./statistics.ts";
import type { BenchSite } from "./support/bench-site.ts";
import type { Browser } from "./support/cdp.ts";
import { type MessageSource, startMessageSource } from "./support/message-source.ts";

const DEVICES = 5_000;
const PER_SECOND = 20_000;
const PACKETS_PER_FRAME = 20;
const FRAME_MS = 1_000 / 60;
const WARM_UP_MS = 2_000;
const CATCH_UP_MS = 5_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The product; the same with its worker's code on the main thread; and the usual ways. */
type Kind = "ours" | "in-page" | "state" | "redux";
const NAMES: Readonly<Record<Kind, string>> = {
  ours: "ours",
  "in-page": "store per row on the main thread",
  state: "setState per message, Recharts",
  redux: "Redux dispatch per message, Recharts",
};

interface Watched {
  readonly fps: number;
  readonly dropped: number;
  readonly longTasks: number;
  readonly longestFrameMs: number;
  readonly forMs: number;
  readonly latenciesMs: readonly number[];
  readonly behindMs: number;
}

interface Run extends Watched {
  /** Share of the time in which the main thread had the processor. */
  readonly mainShare: number;
  readonly perSecond: number;
  readonly lost: number;
}

interface Seen {
  readonly received: number;
  readonly lost: number;
}

interface World {
  readonly browser: Browser;
  readonly site: BenchSite;
  readonly source: MessageSource;
}

export const p02Fleet: Bench = {
  id: "P2",
  title: "5,000 devices x 20,000 msg/s, fleet table and one chart on screen",
  minutesMax: 30,
  run: async (options) => {
    const source = await startMessageSource();
    const world: World = { browser: await options.room.browser(), site: await options.room.site(), source };
    world.site.mqttUrl = source.url;
    try {
      return outcomeOf(await measureAll(world, options));
    } finally {
      await source.close();
    }
  },
};

interface Measured {
  readonly rounds: readonly Readonly<Record<"ours" | "in-page", Run>>[];
  readonly usual: Readonly<Record<"state" | "redux", Run>>;
}

async function measureAll(world: World, options: BenchOptions): Promise<Measured> {
  const forMs = options.isQuick ? 3_000 : 60_000;
  const { rounds } = await takeRounds({
    count: options.isQuick ? 1 : roundCount(options),
    measure: async () => ({ ours: await measure(world, "ours", forMs), "in-page": await measure(world, "in-page", forMs) }),
  });
  // They are behind from the first second on.
  const usualMs = options.isQuick ? 1_500 : 10_000;
  return { rounds, usual: { state: await measure(world, "state", usualMs), redux: await measure(world, "redux", usualMs) } };
}

async function measure({ browser, site, source }: World, kind: Kind, forMs: number): Promise<Run> {
  const page = await browser.newPage();
  const messages = Math.round((PER_SECOND * (forMs + WARM_UP_MS + 500)) / 1_000);
  let streamed: Promise<boolean> = Promise.resolve(true);
  try {
    await page.goto(`${site.url}/fleet-page`);
    await page.waitFor("window.bench");
    await page.evaluate(`bench.mount(${JSON.stringify({ kind, count: DEVICES, url: source.url })})`);
    streamed = source.stream({ messages, devices: DEVICES, packetsPerFrame: PACKETS_PER_FRAME, perSecond: PER_SECOND }).then(
      () => true,
      () => false,
    );
    await pause(WARM_UP_MS);
    const [before, { received: receivedBefore }] = [await page.processorSeconds(), await page.evaluate<Seen>("bench.seen()")];
    const watched = await page.evaluate<Watched>(`bench.watch(${forMs})`);
    const [after, { received: receivedAfter }] = [await page.processorSeconds(), await page.evaluate<Seen>("bench.seen()")];
    // Who is far behind is not waited for.
    const catchUpMs = Math.min(CATCH_UP_MS, forMs / 2);
    const isAllSent = await Promise.race([streamed, pause(catchUpMs).then(() => false)]);
    if (isAllSent) await page.waitFor(`bench.seen().received >= ${messages}`, catchUpMs).catch(() => undefined);
    const { received, lost } = await page.evaluate<Seen>("bench.seen()");
    return {
      ...watched,
      mainShare: ((after.main - before.main) * 1_000) / watched.forMs,
      perSecond: ((receivedAfter - receivedBefore) * 1_000) / watched.forMs,
      lost: lost + (isAllSent ? messages - received : 0),
    };
  } finally {
    await page.close();
    await streamed;
  }
}

const mainShareOf = (kind: "ours" | "in-page") => (round: Measured["rounds"][number]) => round[kind].mainShare;
const p95Of = ({ latenciesMs }: Run) => percentile(latenciesMs, 0.95);

function outcomeOf({ rounds, usual }: Measured): Outcome {
  const goal = { must: 0.5, stretch: 0.35, better: "lower" } as const;
  const ratio = ratioOfRounds(rounds, mainShareOf("ours"), mainShareOf("in-page"));
  return {
    figures: [...oursReadings(rounds), ...peerReadings(rounds, usual)],
    ratios: [reading("main thread, ours / store per row on the main thread", "", ratio, goal)],
    notes: [
      `The product's provider, worker, store, table and chart, bundled for production; ${PACKETS_PER_FRAME} packets a WebSocket frame. Time counts from the instant the source writes a message.`,
      "The design on the main thread is the product's own, with its worker's code run by the page. The usual ways show 30 rows and one chart.",
      "Browser, source and network share this machine's processors: a frame is also dropped when another process had them.",
    ],
    notMeasured: [],
  };
}

function oursReadings(rounds: Measured["rounds"]): Reading[] {
  const of = (value: (run: Run) => number) => spreadOf(rounds.map(({ ours }) => value(ours)));
  const lost = Math.max(...rounds.map(({ ours }) => ours.lost));
  const dropped = of((run) => (run.dropped * 10_000) / run.forMs);
  return [
    reading(
      "ours, frames a second",
      "fps",
      of(({ fps }) => fps),
      { must: 59, better: "higher" },
    ),
    reading(
      "ours, tasks over 50 ms",
      "",
      of(({ longTasks }) => longTasks),
      { must: 0, better: "lower" },
    ),
    reading(
      "ours, messages taken",
      "msg/s",
      of(({ perSecond }) => perSecond),
    ),
    reading("ours, messages lost", "", lost, { must: 0, better: "lower" }),
    reading("ours, dropped frames per 10 s", "", dropped, { must: 1, better: "lower" }),
    reading(
      "ours, message to commit, p95",
      "frames",
      of((run) => p95Of(run) / FRAME_MS),
      { must: 1.3, stretch: 1.1, better: "lower" },
    ),
    reading(
      "ours, message to commit, p50",
      "ms",
      of(({ latenciesMs }) => median(latenciesMs)),
    ),
    reading(
      "ours, main thread busy",
      "%",
      of(({ mainShare }) => mainShare * 100),
    ),
  ];
}

function peerReadings(rounds: Measured["rounds"], usual: Measured["usual"]): Reading[] {
  const inPage = (value: (run: Run) => number) => spreadOf(rounds.map((round) => value(round["in-page"])));
  return [
    reading(
      `${NAMES["in-page"]}: frames a second`,
      "fps",
      inPage(({ fps }) => fps),
    ),
    reading(
      `${NAMES["in-page"]}: main thread busy`,
      "%",
      inPage(({ mainShare }) => mainShare * 100),
    ),
    reading(`${NAMES["in-page"]}: message to commit, p95`, "ms", inPage(p95Of)),
    ...(["state", "redux"] as const).flatMap((kind) => [
      reading(`${NAMES[kind]}: frames a second`, "fps", usual[kind].fps),
      reading(`${NAMES[kind]}: behind at the end`, "s", usual[kind].behindMs / 1_000),
    ]),
  ];
}
