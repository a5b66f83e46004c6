import { Agent, request } from "node:http";
import type { Bench, BenchOptions } from "./bench.ts";
import { type Reading, reading } from "./outcome.ts";
import { percentile, spreadOf } from "./statistics.ts";
import { type AppServer, startAppServer } from "./support/app-server.ts";
import { sessionCookie } from "./support/sign-in.ts";

const CONNECTIONS = 16;
const TARGETS = [
  { what: "signed-in page /devices", path: "/devices" },
  { what: "GET /api/things?limit=50", path: "/api/things?limit=50" },
] as const;

export const p13Server: Bench = {
  id: "P13",
  title: "Signed-in page and API requests a second, one and two server processes",
  run: async (options) => {
    const [browser, stack] = [await options.room.browser(), await options.room.stack()];
    const cookie = await sessionCookie(browser, stack, "otto");
    const servers: AppServer[] = [];
    try {
      servers.push(await startAppServer(stack, "server-p13-a"), await startAppServer(stack, "server-p13-b"));
      const [first, second] = servers;
      if (first === undefined || second === undefined) throw new Error("two servers were wanted");
      const one = await loadAll(options, { urls: [first.url], cookie });
      const two = await loadAll(options, { urls: [first.url, second.url], cookie });
      await first.stop();
      const survived = await statusOf(second.url, cookie);
      const readings: Reading[] = TARGETS.flatMap(({ what }, index) => [
        ...readingsOf(`${what}, one process`, one[index]),
        ...readingsOf(`${what}, two processes`, two[index]),
      ]);
      return {
        figures: [
          ...readings,
          reading("answers other than 200", "", sum([...one, ...two].map(({ failed }) => failed)), { must: 0, better: "lower" }),
          reading("sessions lost with one of two processes", "", survived === 200 ? 0 : 1, { must: 0, better: "lower" }),
        ],
        ratios: [],
        notes: [
          `${CONNECTIONS} connections; the load, the local AWS behind the server and the server share this machine's processors, so two processes gain less than on two machines.`,
        ],
        notMeasured: [],
      };
    } finally {
      for (const server of servers) await server.stop();
    }
  },
};

interface Load {
  readonly perSecond: number[];
  readonly latenciesMs: number[];
  readonly failed: number;
}

interface Against {
  readonly urls: readonly string[];
  readonly cookie: string;
}

async function loadAll({ isQuick }: BenchOptions, against: Against): Promise<Load[]> {
  const loads: Load[] = [];
  for (const { path } of TARGETS) {
    await load(against, path, 1_000);
    const slices = [];
    for (let slice = 0; slice < (isQuick ? 1 : 5); slice += 1) slices.push(await load(against, path, isQuick ? 1_000 : 6_000));
    loads.push({
      perSecond: slices.map(({ perSecond }) => perSecond),
      latenciesMs: slices.flatMap(({ latenciesMs }) => latenciesMs),
      failed: sum(slices.map(({ failed }) => failed)),
    });
  }
  return loads;
}

function readingsOf(what: string, load: Load | undefined): Reading[] {
  if (load === undefined) return [];
  return [reading(what, "requests/s", spreadOf(load.perSecond)), reading(`${what}, p95`, "ms", percentile(load.latenciesMs, 0.95))];
}

/** Each connection asks again as soon as it has its answer; the servers take turns. */
async function load({ urls, cookie }: Against, path: string, forMs: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const latenciesMs: number[] = [];
  let failed = 0;
  const startedMs = performance.now();
  const connection = async (index: number) => {
    for (let turn = index; performance.now() - startedMs < forMs; turn += 1) {
      const askedMs = performance.now();
      const status = await get(`${urls[turn % urls.length] ?? ""}${path}`, { agent, cookie });
      latenciesMs.push(performance.now() - askedMs);
      if (status !== 200) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, index) => connection(index)));
  agent.destroy();
  return { perSecond: (latenciesMs.length * 1000) / (performance.now() - startedMs), latenciesMs, failed };
}

function get(url: string, { agent, cookie }: { agent: Agent; cookie: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, headers: { cookie } }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0));
    });
    asked.on("error", reject).end();
  });
}

async function statusOf(url: string, cookie: string): Promise<number> {
  const agent = new Agent();
  const status = await get(`${url}/api/things?limit=1`, { agent, cookie });
  agent.destroy();
  return status;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
