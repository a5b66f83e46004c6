import { gzipSync } from "node:zlib";
import { z } from "zod";
import type { Bench } from "./bench.ts";
import { reading } from "./outcome.ts";
import type { BenchStack } from "./support/bench-room.ts";
import { startFleet } from "./support/bench-things.ts";
import type { Browser, Page } from "./support/cdp.ts";
import { type WeighedPage, weighHelloPage, weighUsualStack } from "./support/next-page.ts";
import { signedInPage } from "./support/sign-in.ts";

const USUAL_GOAL = { must: 0.45, stretch: 0.38, better: "lower" } as const;

const response = z.looseObject({ response: z.looseObject({ url: z.string(), mimeType: z.string() }) });
const child = z.looseObject({ sessionId: z.string() });

export const p08JavaScript: Bench = {
  id: "P8",
  title: "JavaScript (gzip): the sign-in page, and until the first live chart, against a Next hello page",
  run: async ({ isQuick, room }) => {
    const [browser, stack] = [await room.browser(), await room.stack()];
    const hello = await room.progress.step("building a Next hello page", () => weighHelloPage());
    const usual = isQuick ? "not fetched and built in a short run" : await room.progress.step("building the usual stack", tryUsualStack);
    const signIn = await signInScripts(browser, stack);
    const chart = await chartScripts(browser, stack);
    return {
      figures: [
        reading("Next hello page", "KB", hello.gzipBytes / 1024),
        reading("sign-in page", "KB", signIn.gzipBytes / 1024),
        reading("until the first live chart", "KB", chart.gzipBytes / 1024),
        ...(typeof usual === "string" ? [] : [reading("usual stack in one page (Amplify, SDK, ECharts)", "KB", usual.gzipBytes / 1024)]),
      ],
      ratios: [
        reading("sign-in page / hello", "", signIn.gzipBytes / hello.gzipBytes, { must: 1.3, stretch: 1.15, better: "lower" }),
        reading("until the first live chart / hello", "", chart.gzipBytes / hello.gzipBytes, { must: 2.0, stretch: 1.7, better: "lower" }),
        ...(typeof usual === "string"
          ? []
          : [reading("until the first live chart / usual stack", "", chart.gzipBytes / usual.gzipBytes, USUAL_GOAL)]),
      ],
      notes: [
        "Every script the browser asked for, the worker's too, gzip at Node's default level; the way to the chart is a sign-in with an empty cache that ends on the device's page.",
      ],
      notMeasured: typeof usual === "string" ? [`against the usual stack (Next, SDK, Amplify Authenticator, ECharts): ${usual}`] : [],
      details: {
        signIn: signIn.scripts,
        chart: chart.scripts,
        hello: hello.scripts,
        usual: typeof usual === "string" ? usual : usual.scripts,
      },
    };
  },
};

/** Amplify's packages come from the registry: without one there is a reason instead of a figure. */
const tryUsualStack = (): Promise<WeighedPage | string> =>
  weighUsualStack().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));

async function signInScripts(browser: Browser, stack: BenchStack): Promise<WeighedPage> {
  const page = await browser.newPage();
  try {
    const urls = await watchScripts(page);
    await page.goto(`${stack.appUrl}/sign-in`);
    await settle();
    return await weigh(urls);
  } finally {
    await page.close();
  }
}

async function chartScripts(browser: Browser, stack: BenchStack): Promise<WeighedPage> {
  const fleet = startFleet(stack);
  let page: Page | undefined;
  try {
    const urls = new Set<string>();
    page = await signedInPage(browser, stack, {
      username: "otto",
      path: "/devices/harbor-pump-01",
      onPage: (made) => watchScripts(made, urls),
    });
    // The legend's figures are written when the chart draws its first value; what is fetched ahead afterwards is not needed for it.
    await page.waitFor(
      `[...document.querySelectorAll("figure figcaption span.tabular-nums")].some((each) => /\\d/.test(each.textContent))`,
    );
    return await weigh(urls);
  } finally {
    await page?.close();
    await fleet.stop();
  }
}

/** Notes the address of every script the page and its workers load. */
async function watchScripts(page: Page, urls = new Set<string>()): Promise<Set<string>> {
  page.on("Network.responseReceived", (params) => {
    const { url, mimeType } = response.parse(params).response;
    if (mimeType.includes("javascript")) urls.add(url.split("#")[0] ?? url);
  });
  await page.send("Network.enable");
  page.on("Target.attachedToTarget", (params) => {
    const worker = page.session(child.parse(params).sessionId);
    worker.on("Network.responseReceived", (answer) => {
      const { url, mimeType } = response.parse(answer).response;
      if (mimeType.includes("javascript")) urls.add(url.split("#")[0] ?? url);
    });
    void worker.send("Network.enable").then(() => worker.send("Runtime.runIfWaitingForDebugger"));
  });
  await page.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: true, flatten: true });
  return urls;
}

async function weigh(urls: ReadonlySet<string>): Promise<WeighedPage> {
  const scripts: Record<string, number> = {};
  for (const url of urls) {
    if (!url.startsWith("http")) continue;
    const body = Buffer.from(await (await fetch(url)).arrayBuffer());
    scripts[new URL(url).pathname] = gzipSync(body).length;
  }
  return { gzipBytes: Object.values(scripts).reduce((sum, bytes) => sum + bytes, 0), scripts };
}

/** Chunks that load one after the other, and what the router fetches ahead. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 3_000));
