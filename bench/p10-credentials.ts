import { type Bench, roundCount } from "./bench.ts";
import { reading } from "./outcome.ts";
import { percentile } from "./statistics.ts";
import type { BenchStack } from "./support/bench-room.ts";
import { startAppServer } from "./support/app-server.ts";
import type { Browser } from "./support/cdp.ts";
import { sessionCookie } from "./support/sign-in.ts";
import { busyMs, startTimingProxy, type TimingProxy } from "./support/timing-proxy.ts";

/** One session may ask 90 times at once (credentials-service.server.ts), so 200 tabs are four sessions of one person. */
const SESSIONS = 4;
const TABS_PER_SESSION = 50;
const WARM_UP = 5;
const WARM_PER_ROUND = 8;

const PROXIED = ["COGNITO_IDENTITY", "COGNITO_IDENTITY_PROVIDER", "IOT", "DYNAMODB"] as const;

export const p10Credentials: Bench = {
  id: "P10",
  title: "POST /api/credentials: own time in a warm session, and 200 tabs in one second",
  run: async (options) => {
    const [browser, stack] = [await options.room.browser(), await options.room.stack()];
    const proxies = await Promise.all(PROXIED.map(async (api) => ({ api, proxy: await startTimingProxy(endpointOf(stack, api)) })));
    const env = Object.fromEntries(proxies.map(({ api, proxy }) => [`AWS_ENDPOINT_URL_${api}`, proxy.url]));
    const server = await startAppServer(stack, "server-p10", () => env);
    try {
      const storm = await measureStorm({ browser, stack, url: server.url, proxies: proxies.map(({ proxy }) => proxy) });
      const cookie = await sessionCookie(browser, stack, "rita");
      const own = await measureOwnTime({ stack, url: server.url, cookie, count: roundCount(options) * WARM_PER_ROUND }, proxies);
      return {
        figures: [
          reading("own time, p95 (AWS calls taken off)", "ms", percentile(own.ownMs, 0.95), { must: 15, better: "lower" }),
          reading("own time, p50", "ms", percentile(own.ownMs, 0.5)),
          reading("whole time, p50", "ms", percentile(own.wholeMs, 0.5)),
          reading("200 tabs in one second, p95", "ms", percentile(storm.wholeMs, 0.95), { must: 1_000, better: "lower" }),
          reading("200 tabs: answers other than 200", "", storm.refused, { must: 0, better: "lower" }),
          reading("200 tabs: GetId calls for the one user", "", storm.getIds, { must: 1, better: "lower" }),
        ],
        ratios: [],
        notes: [`The 200 tabs are ${SESSIONS} sessions of one person: a session may ask 90 times at once.`],
        notMeasured: [],
        details: { stormCalls: storm.calls },
      };
    } finally {
      await server.stop();
      for (const { proxy } of proxies) await proxy.close();
    }
  },
};

function endpointOf(stack: BenchStack, api: (typeof PROXIED)[number]): string {
  return stack.serverEnv[`AWS_ENDPOINT_URL_${api}`] ?? "";
}

interface Asking {
  readonly stack: BenchStack;
  readonly url: string;
  readonly cookie: string;
}

async function ask({ stack, url, cookie }: Asking): Promise<{ status: number; startedMs: number; endedMs: number }> {
  const startedMs = performance.now();
  const response = await fetch(`${url}/api/credentials`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-thingdeck": "1", origin: stack.appUrl, cookie },
    body: JSON.stringify({ reason: "start" }),
  });
  await response.arrayBuffer();
  return { status: response.status, startedMs, endedMs: performance.now() };
}

async function measureOwnTime(
  asking: Asking & { readonly count: number },
  proxies: readonly { readonly proxy: TimingProxy }[],
): Promise<{ ownMs: number[]; wholeMs: number[] }> {
  const ownMs: number[] = [];
  const wholeMs: number[] = [];
  for (let index = 0; index < WARM_UP + asking.count; index += 1) {
    for (const { proxy } of proxies) proxy.take();
    const { status, startedMs, endedMs } = await ask(asking);
    if (status !== 200) throw new Error(`POST /api/credentials answered ${status}`);
    const calls = proxies.flatMap(({ proxy }) => proxy.take());
    if (index < WARM_UP) continue;
    wholeMs.push(endedMs - startedMs);
    ownMs.push(endedMs - startedMs - busyMs(calls, startedMs, endedMs));
  }
  return { ownMs, wholeMs };
}

interface StormInput {
  readonly browser: Browser;
  readonly stack: BenchStack;
  readonly url: string;
  readonly proxies: readonly TimingProxy[];
}

async function measureStorm({ browser, stack, url, proxies }: StormInput) {
  const cookies: string[] = [];
  for (let index = 0; index < SESSIONS; index += 1) cookies.push(await sessionCookie(browser, stack, "otto"));
  for (const proxy of proxies) proxy.take();
  const tabs = Array.from({ length: SESSIONS * TABS_PER_SESSION }, (_, index) => index);
  const answers = await Promise.all(
    tabs.map(async (index) => {
      await new Promise((resolve) => setTimeout(resolve, (index / tabs.length) * 1000));
      return await ask({ stack, url, cookie: cookies[index % SESSIONS] ?? "" });
    }),
  );
  const calls: Record<string, number> = {};
  for (const { operation } of proxies.flatMap((proxy) => proxy.take())) calls[operation] = (calls[operation] ?? 0) + 1;
  return {
    wholeMs: answers.map(({ startedMs, endedMs }) => endedMs - startedMs),
    refused: answers.filter(({ status }) => status !== 200).length,
    getIds: Object.entries(calls).reduce((sum, [operation, count]) => sum + (operation.endsWith(".GetId") ? count : 0), 0),
    calls,
  };
}
