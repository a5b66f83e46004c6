import type { Bench } from "./bench.ts";
import { type Reading, reading } from "./outcome.ts";
import { startAppServer } from "./support/app-server.ts";
import { registerBenchThings } from "./support/bench-things.ts";
import type { BenchRoom } from "./support/bench-room.ts";
import type { Page } from "./support/cdp.ts";
import { followWorkers, growthPercent, type HeapReading, watchHeap } from "./support/heap-watch.ts";
import { benchThingName } from "./support/message-names.ts";
import { type MessageSource, startMessageSource } from "./support/message-source.ts";
import { signedInPage } from "./support/sign-in.ts";

const PER_SECOND = 5_000;
/** Rows a listed thing keeps (lib/telemetry/live-store.ts). */
const ROWS_LISTED = 300;
/** Devices of the stream that the wall knows by name. */
const WALL_THINGS = 20;

interface Plan {
  readonly devices: number;
  /** From full rings to the end. */
  readonly watchMs: number;
  readonly everyMs: number;
}

const LONG: Plan = { devices: 5_000, watchMs: 25 * 60_000, everyMs: 10_000 };
const SHORT: Plan = { devices: 50, watchMs: 4_000, everyMs: 400 };

export const p06Memory: Bench = {
  id: "P6",
  title: "Memory: bytes a value, and the heap once the rings are full, at 5,000 msg/s, in the fleet table and on the wall",
  minutesMax: 80,
  run: async ({ isQuick, room }) => {
    const plan = isQuick ? SHORT : LONG;
    const table = await measureTable(room, plan);
    const wall = await measureWall(room, plan);
    return {
      figures: [
        reading("bytes a value in a full ring (five metrics)", "B", table.fiveMetricBytes, { must: 5.4, better: "lower" }),
        reading("bytes a value in this run's rings (eight metrics, three of them wide)", "B", table.bytesOfValue),
        ...growthOf("fleet table", table.readings),
        ...growthOf("wall", wall),
      ],
      ratios: [],
      notes: [
        "Read after a forced collection: script heap and array buffers of page and worker. Growth is the median slope between any two readings.",
        "The wall is the product's own page on its own server; only its broker is the source, for no quota lets that much through.",
        ...(isQuick ? ["A short run sees a leak only if it is large; the long one watches 25 minutes after a fill of five, each."] : []),
      ],
      notMeasured: ["bytes a cold value: the tab keeps no cold store; values older than the ring are dropped"],
      details: { table: table.readings, wall },
    };
  },
};

function growthOf(what: string, readings: readonly HeapReading[]): Reading[] {
  const spanMs = (readings.at(-1)?.atMs ?? 0) - (readings[0]?.atMs ?? 0);
  const minutes = (spanMs / 60_000).toFixed(spanMs < 60_000 ? 2 : 0);
  return [
    reading(`${what}: heap and buffers, page and worker, rings full`, "MB", (readings[0]?.bytes ?? Number.NaN) / 2 ** 20),
    reading(`${what}: growth over ${minutes} min with full rings`, "%", growthPercent(readings), { must: 1, stretch: 0, better: "lower" }),
  ];
}

async function measureTable(room: BenchRoom, plan: Plan) {
  const [browser, site, source] = [await room.browser(), await room.site(), await startMessageSource()];
  site.mqttUrl = source.url;
  const page = await browser.newPage();
  try {
    const workers = await followWorkers(page);
    await page.goto(`${site.url}/fleet-page`);
    await page.waitFor("window.bench");
    await page.evaluate(`bench.mount(${JSON.stringify({ kind: "ours", count: plan.devices, url: source.url })})`);
    const readings = await watchStream(source, plan, () => [page, ...workers()]);
    const { bytes, values } = await page.evaluate<{ bytes: number; values: number }>(`bench.rings(${plan.devices})`);
    return { readings, bytesOfValue: bytes / values, fiveMetricBytes: await fiveMetricBytes(page) };
  } finally {
    await page.close();
    await source.close();
  }
}

async function measureWall(room: BenchRoom, plan: Plan): Promise<HeapReading[]> {
  const [browser, stack, source] = [await room.browser(), await room.stack(), await startMessageSource()];
  const server = await startAppServer(stack, "server-p06", (url) => ({ APP_URL: url, MQTT_URL: source.url }));
  let page: Page | undefined;
  try {
    await registerBenchThings(
      stack,
      Array.from({ length: WALL_THINGS }, (_, device) => benchThingName(device)),
    );
    page = await signedInPage(browser, stack, { username: "ada", path: "/account" });
    const workers = await followWorkers(page);
    await page.goto(`${server.url}/wall/all`);
    await page.waitFor(`document.querySelector("header")?.innerText.includes("Live")`);
    const wall = page;
    return await watchStream(source, plan, () => [wall, ...workers()]);
  } finally {
    await page?.close();
    await server.stop();
    await source.close();
  }
}

/** Readings from the moment on at which each device has filled its ring. */
async function watchStream(source: MessageSource, plan: Plan, sessions: Parameters<typeof watchHeap>[0]): Promise<HeapReading[]> {
  const { devices, watchMs } = plan;
  const fillMs = (devices * ROWS_LISTED * 1_000) / PER_SECOND + 2_000;
  const messages = Math.round((PER_SECOND * (fillMs + watchMs + 1_000)) / 1_000);
  const streamed = source.stream({ messages, devices, packetsPerFrame: 20, perSecond: PER_SECOND });
  await new Promise((resolve) => setTimeout(resolve, fillMs));
  const readings = await watchHeap(sessions, plan);
  await streamed;
  return readings;
}

const fiveMetricBytes = (page: Page) => page.evaluate<number>("bench.fiveMetricBytes()");
