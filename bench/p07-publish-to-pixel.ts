import type { Bench } from "./bench.ts";
import { reading } from "./outcome.ts";
import { percentile } from "./statistics.ts";
import { type BenchThing, connectBenchThing, wallMs } from "./support/bench-things.ts";
import type { Page } from "./support/cdp.ts";
import { signedInPage } from "./support/sign-in.ts";

const EVERY_MS = 10;
const WARM_UP_MS = 2_000;

/** Notes, in the page, each figure of the reading "Clients" and the instant after the frame that drew it. */
const OBSERVE = `(() => {
  const place = [...document.querySelectorAll("dl[data-live-area] > div")].find((each) => each.querySelector("dt").textContent === "Clients");
  const seen = (window.benchSeen = []);
  const after = new MessageChannel();
  let waiting = [];
  after.port1.onmessage = () => {
    const atMs = performance.timeOrigin + performance.now();
    for (const value of waiting) seen.push([value, atMs]);
    waiting = [];
  };
  new MutationObserver(() => {
    const value = Number.parseInt(place.querySelector("dd").textContent, 10);
    // A task posted now runs after the rendering of this frame.
    if (waiting.push(value) === 1) after.port2.postMessage(0);
  }).observe(place, { childList: true, subtree: true, characterData: true });
})()`;

export const p07PublishToPixel: Bench = {
  id: "P7",
  title: "Device publish to pixel, whole path through the local AWS, 100 msg/s",
  run: async ({ isQuick, room }) => {
    const [browser, stack] = [await room.browser(), await room.stack()];
    const thing = await connectBenchThing(stack, "bench-gateway-07");
    let page: Page | undefined;
    let stop: () => void = () => undefined;
    try {
      thing.connection.publishTelemetry({ clients: 0 });
      page = await signedInPage(browser, stack, { username: "otto", path: `/devices/${thing.thingName}` });
      const sent = new Map<number, number>();
      stop = publishSteadily(thing, sent);
      await page.waitFor(`[...document.querySelectorAll("dl[data-live-area] dt")].some((each) => each.textContent === "Clients")`);
      await page.evaluate(OBSERVE);
      await pause(WARM_UP_MS);
      const firstValue = sent.size + 1;
      await pause(isQuick ? 5_000 : 60_000);
      const lastValue = sent.size - 100;
      stop();
      const seen = await page.evaluate<[number, number][]>("window.benchSeen");
      const latencies = latenciesOf({ sent, seen, firstValue, lastValue });
      return {
        figures: [
          reading("publish to pixel, p50", "ms", percentile(latencies, 0.5), { must: 40, better: "lower" }),
          reading("publish to pixel, p99", "ms", percentile(latencies, 0.99), { must: 120, better: "lower" }),
          reading("messages measured", "", latencies.length),
          reading("published a second", "msg/s", ratePerSecond(sent)),
        ],
        ratios: [],
        notes: [
          "A message's pixel is the first frame that shows its value or a newer one, taken when the main thread has painted it.",
          "Several values may fall into one frame: each of their messages counts with its own time.",
        ],
        notMeasured: [],
      };
    } finally {
      stop();
      await page?.close();
      await thing.connection.end();
    }
  },
};

/** `clients` counts up from 1; `sent` keeps when each was handed to the socket. Catches up after a late timer. */
function publishSteadily({ connection }: BenchThing, sent: Map<number, number>): () => void {
  const startedMs = performance.now();
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - startedMs) / EVERY_MS);
    // A pause of this process is not made up for in one burst: that would measure the burst.
    for (let count = 0; sent.size < due && count < 3; count += 1) {
      const clients = sent.size + 1;
      sent.set(clients, wallMs());
      connection.publishTelemetry({ clients, cpu: 20 + (clients % 50), memory: 40, uplink: 12 });
    }
  }, EVERY_MS / 2);
  return () => clearInterval(timer);
}

interface Latencies {
  readonly sent: ReadonlyMap<number, number>;
  readonly seen: readonly (readonly [value: number, atMs: number])[];
  readonly firstValue: number;
  readonly lastValue: number;
}

function latenciesOf({ sent, seen, firstValue, lastValue }: Latencies): number[] {
  const latencies: number[] = [];
  let at = 0;
  for (let value = firstValue; value <= lastValue; value += 1) {
    while (at < seen.length && (seen[at]?.[0] ?? 0) < value) at += 1;
    const shownAtMs = seen[at]?.[1];
    if (shownAtMs === undefined) throw new Error(`value ${value} of ${lastValue} never came to the screen`);
    latencies.push(shownAtMs - (sent.get(value) ?? Number.NaN));
  }
  return latencies;
}

function ratePerSecond(sent: ReadonlyMap<number, number>): number {
  const times = [...sent.values()];
  return ((times.length - 1) * 1000) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
