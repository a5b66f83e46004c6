import { z } from "zod";
import type { Bench } from "./bench.ts";
import { reading } from "./outcome.ts";
import { median } from "./statistics.ts";
import type { Page, Session } from "./support/cdp.ts";
import { startMessageSource } from "./support/message-source.ts";

const PER_SECOND = 5_000;
/** Rows a listed thing keeps (lib/telemetry/live-store.ts). */
const ROWS_LISTED = 300;

interface Plan {
  readonly devices: number;
  /** From full rings to the end. */
  readonly watchMs: number;
  readonly everyMs: number;
}

const heapUsage = z.looseObject({ usedSize: z.number(), backingStorageSize: z.number().optional() });
const child = z.looseObject({ sessionId: z.string(), targetInfo: z.looseObject({ type: z.string() }) });

export const p06Memory: Bench = {
  id: "P6",
  title: "Memory: bytes a value, and the heap once the rings are full, at 5,000 msg/s",
  minutesMax: 45,
  run: async ({ isQuick, room }) => {
    const plan: Plan = isQuick ? { devices: 150, watchMs: 4_000, everyMs: 400 } : { devices: 5_000, watchMs: 25 * 60_000, everyMs: 10_000 };
    const fillMs = (plan.devices * ROWS_LISTED * 1_000) / PER_SECOND + 2_000;
    const [browser, site, source] = [await room.browser(), await room.site(), await startMessageSource()];
    site.mqttUrl = source.url;
    const page = await browser.newPage();
    try {
      const workers = await followWorkers(page);
      await page.goto(`${site.url}/fleet-page`);
      await page.waitFor("window.bench");
      await page.evaluate(`bench.mount(${JSON.stringify({ kind: "ours", count: plan.devices, url: source.url })})`);
      const messages = Math.round((PER_SECOND * (fillMs + plan.watchMs + 1_000)) / 1_000);
      const streamed = source.stream({ messages, devices: plan.devices, packetsPerFrame: 20, perSecond: PER_SECOND });
      await pause(fillMs);
      const readings: { atMs: number; bytes: number }[] = [];
      const startedMs = performance.now();
      while (performance.now() - startedMs < plan.watchMs) {
        readings.push({ atMs: performance.now() - startedMs, bytes: await heapBytes([page, ...workers]) });
        await pause(plan.everyMs);
      }
      await streamed;
      const { bytes, values } = await page.evaluate<{ bytes: number; values: number }>(`bench.rings(${plan.devices})`);
      const minutes = (plan.watchMs / 60_000).toFixed(plan.watchMs < 60_000 ? 2 : 0);
      return {
        figures: [
          reading("bytes a value in a full ring (five metrics)", "B", await fiveMetricBytes(page), { must: 5.4, better: "lower" }),
          reading("bytes a value in this run's rings (eight metrics, three of them wide)", "B", bytes / values),
          reading("heap and buffers, page and worker, rings full", "MB", (readings[0]?.bytes ?? Number.NaN) / 2 ** 20),
          reading(`growth over ${minutes} min with full rings`, "%", growthPercent(readings), { must: 1, stretch: 0, better: "lower" }),
        ],
        ratios: [],
        notes: [
          `${plan.devices.toLocaleString("en")} devices; read after a forced collection every ${plan.everyMs / 1_000} s: script heap and array buffers of page and worker. Growth is the median slope between any two readings.`,
          ...(isQuick ? ["A short run sees a leak only if it is large; the long one watches 25 minutes after a fill of five."] : []),
        ],
        notMeasured: [
          "bytes a cold value: the tab keeps no cold store; values older than the ring are dropped",
          "wall mode: its page needs the router of the production build; not measured here",
        ],
        details: { readings },
      };
    } finally {
      await page.close();
      await source.close();
    }
  },
};

/** Attaches to each worker the page starts. */
async function followWorkers(page: Page): Promise<Session[]> {
  const workers: Session[] = [];
  page.on("Target.attachedToTarget", (params) => {
    const { sessionId, targetInfo } = child.parse(params);
    const worker = page.session(sessionId);
    if (targetInfo.type === "worker") workers.push(worker);
    void worker.send("Runtime.runIfWaitingForDebugger");
  });
  await page.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
  return workers;
}

async function heapBytes(sessions: readonly Session[]): Promise<number> {
  let total = 0;
  for (const session of sessions) {
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize, backingStorageSize = 0 } = heapUsage.parse(await session.send("Runtime.getHeapUsage"));
    total += usedSize + backingStorageSize;
  }
  return total;
}

/**
 * What the slope of the readings makes of the first one over the whole time, percent. The slope is the median of those between any two readings
 * (Theil and Sen): a batch that is on its way while one is taken weighs 2 MB and says nothing about growth.
 */
function growthPercent(readings: readonly { atMs: number; bytes: number }[]): number {
  const slopes = readings.flatMap((one, at) => readings.slice(at + 1).map((other) => (other.bytes - one.bytes) / (other.atMs - one.atMs)));
  const spanMs = (readings.at(-1)?.atMs ?? 0) - (readings[0]?.atMs ?? 0);
  return Math.max(0, (median(slopes) * spanMs * 100) / median(readings.map(({ bytes }) => bytes)));
}

const fiveMetricBytes = (page: Page) => page.evaluate<number>("bench.fiveMetricBytes()");

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
