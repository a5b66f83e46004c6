import { type Bench, roundCount } from "./bench.ts";
import { type Reading, reading } from "./outcome.ts";
import { ratioOfRounds, spreadOf, takeRounds } from "./statistics.ts";
import type { Browser } from "./support/cdp.ts";
import type { BenchSite } from "./support/bench-site.ts";
import { type MessageSource, startMessageSource } from "./support/message-source.ts";
import type { StreamOrder } from "./support/message-stream.ts";

const DEVICES = 1_000;
const WARM_UP = 5_000;
/** A socket alone is so fast with many packets a frame that the same count would be over in milliseconds. */
const RAW_FACTOR = 5;

/** What may stand between source and screen: raw socket, the SDK counting in the page or in a worker, the whole product. */
type Reader = "raw" | "page" | "worker" | "whole";
const READERS: readonly Reader[] = ["raw", "worker", "whole", "page"];

interface Run {
  readonly messagesPerSecond: number;
  /** Main-thread time a message, microseconds. */
  readonly mainMicros: number;
  readonly received: number;
  readonly shed: number;
  readonly faults: number;
}
type Round = Readonly<Record<Reader, Run>>;

/** What a run needs: a browser, the product's code served to it, and a source of messages. */
export interface World {
  readonly browser: Browser;
  readonly site: BenchSite;
  readonly source: MessageSource;
}

export const p01Ingest: Bench = {
  id: "P1",
  title: "Whole ingest path against the same SDK client only counting, in Chromium",
  run: async (options) => {
    const world: World = { browser: await options.room.browser(), site: await options.room.site(), source: await startMessageSource() };
    world.site.mqttUrl = world.source.url;
    try {
      const faults = await checkIntegrity(world, options.isQuick ? 5_000 : 20_000);
      const readings: Reading[] = [];
      let repeated = 0;
      for (const packetsPerFrame of [1, 20]) {
        const messages = options.isQuick ? 12_000 : 200_000;
        const order = { messages, devices: DEVICES, packetsPerFrame };
        const { rounds, repeatedCount } = await takeRounds<Round>({
          count: roundCount(options),
          measure: () => measureRound(world, order),
          rawLimitOf: ({ raw }) => raw.messagesPerSecond,
        });
        repeated += repeatedCount;
        readings.push(...readingsOf(rounds, packetsPerFrame, messages));
      }
      return {
        figures: [
          reading("integrity: lost, misnamed, reordered or refused", "", faults, { must: 0, better: "lower" }),
          ...readings.filter(({ what }) => !what.includes(" / ")),
        ],
        ratios: readings.filter(({ what }) => what.includes(" / ")),
        notes: [
          `Integrity was checked at 1, 2, 20 and 100 packets a frame and with packets split across frames, before anything was timed.`,
          "Speed is held against the SDK counting in a worker, where the product runs it too; processor time of the main thread against the SDK counting in the page.",
          ...(repeated > 0 ? [`${repeated} disturbed rounds were repeated.`] : []),
        ],
        notMeasured: [],
      };
    } finally {
      await world.source.close();
    }
  },
};

function readingsOf(rounds: readonly Round[], packetsPerFrame: number, messages: number): Reading[] {
  const at = `, ${packetsPerFrame} a frame`;
  const speed = (reader: Reader) => spreadOf(rounds.map((round) => round[reader].messagesPerSecond));
  const main = (reader: Reader) => spreadOf(rounds.map((round) => round[reader].mainMicros));
  const perSecond = (reader: Reader) => (round: Round) => round[reader].messagesPerSecond;
  const micros = (reader: Reader) => (round: Round) => round[reader].mainMicros;
  const lost = Math.max(...rounds.map(({ whole }) => messages - whole.received + whole.shed));
  return [
    reading(`whole path / SDK counting${at}`, "", ratioOfRounds(rounds, perSecond("whole"), perSecond("worker")), {
      must: 0.85,
      stretch: 0.95,
      better: "higher",
    }),
    reading(`main thread, whole path / SDK in the page${at}`, "", ratioOfRounds(rounds, micros("whole"), micros("page")), {
      must: 0.06,
      stretch: 0.03,
      better: "lower",
    }),
    reading(`raw socket${at}`, "msg/s", speed("raw")),
    reading(`SDK counting in a worker${at}`, "msg/s", speed("worker")),
    reading(`SDK counting in the page${at}`, "msg/s", speed("page")),
    reading(`whole path${at}`, "msg/s", speed("whole")),
    reading(`main thread, SDK in the page${at}`, "µs/msg", main("page")),
    reading(`main thread, whole path${at}`, "µs/msg", main("whole")),
    reading(`most shed or lost in a timed round${at}`, "", lost),
  ];
}

async function measureRound(world: World, order: StreamOrder): Promise<Round> {
  const runs: Partial<Record<Reader, Run>> = {};
  for (const reader of READERS) {
    const isLong = reader === "raw" && order.packetsPerFrame > 1;
    runs[reader] = await measureReader(world, reader, isLong ? { ...order, messages: order.messages * RAW_FACTOR } : order);
  }
  return runs as Round;
}

interface Seen {
  readonly received: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly shed?: number;
  readonly malformed?: number;
  readonly duplicate?: number;
  readonly misnamed?: number;
  readonly reordered?: number;
}

async function measureReader(world: World, reader: Reader, order: StreamOrder, isChecked = false): Promise<Run> {
  const page = await world.browser.newPage();
  try {
    await page.goto(`${world.site.url}/ingest-page`);
    await page.waitFor("window.bench");
    const { messages, packetsPerFrame } = order;
    const warmUp = isChecked ? 0 : WARM_UP;
    const url = reader === "raw" ? world.source.url.replace("/mqtt", "/raw") : world.source.url;
    await page.evaluate(`bench.${reader}(${JSON.stringify({ url, messages, warmUp, packetsPerFrame, isChecked })})`);
    if (warmUp > 0) await Promise.all([page.evaluate("bench.warm()"), world.source.stream({ ...order, messages: warmUp })]);
    const { main: before } = await page.processorSeconds();
    const [seen] = await Promise.all([page.evaluate<Seen>("bench.result()"), world.source.stream(order)]);
    const mainSeconds = (await page.processorSeconds()).main - before;
    const { received, firstAtMs, lastAtMs, shed = 0, malformed = 0, duplicate = 0, misnamed = 0, reordered = 0 } = seen;
    return {
      messagesPerSecond: (messages * 1000) / (lastAtMs - firstAtMs),
      mainMicros: (mainSeconds * 1e6) / messages,
      received,
      shed,
      faults: Math.abs(messages - received) + shed + malformed + duplicate + misnamed + reordered,
    };
  } finally {
    await page.close();
  }
}

/** Integrity before speed: how many of the messages were lost, shed, refused, reordered or given to another device. */
export async function checkIntegrity(world: World, messages = 20_000): Promise<number> {
  const base = { messages, devices: DEVICES, perSecond: 20_000 };
  const orders: StreamOrder[] = [
    ...[1, 2, 20, 100].map((packetsPerFrame) => ({ ...base, packetsPerFrame })),
    { ...base, packetsPerFrame: 1, frameBytes: 1_000 },
  ];
  let faults = 0;
  for (const order of orders) faults += (await measureReader(world, "whole", order, true)).faults;
  return faults;
}
