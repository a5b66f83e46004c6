import { z } from "zod";
import type { Bench } from "./bench.ts";
import { reading } from "./outcome.ts";
import { spreadOf } from "./statistics.ts";
import type { BenchStack } from "./support/bench-room.ts";
import { startWholeFleet } from "./support/bench-things.ts";
import type { Browser } from "./support/cdp.ts";
import { openHostedPage, submitPassword } from "./support/sign-in.ts";

/** In every page from its first script on: notes the instant after the frame in which a row first shows a fresh reading. */
const WATCH = `{
  const after = new MessageChannel();
  after.port1.onmessage = () => (window.benchFirstValueAtMs ??= performance.timeOrigin + performance.now());
  const look = () => {
    // A reading is a figure of medium weight in a cell; its title says "no value yet" until there is one.
    const found = document.querySelector("[data-live-area] td span[title] > span.font-medium");
    if (found === null) requestAnimationFrame(look);
    else after.port2.postMessage(0);
  };
  requestAnimationFrame(look);
}`;

const requestEvent = z.looseObject({ wallTime: z.number(), request: z.looseObject({ url: z.string() }) });

export const p09FirstValue: Bench = {
  id: "P9",
  title: "After the sign-in callback: first live value on screen",
  run: async ({ isQuick, room }) => {
    const [browser, stack] = [await room.browser(), await room.stack()];
    const fleet = await startWholeFleet(stack);
    try {
      await signInOnce(browser, stack);
      const times: number[] = [];
      for (let round = 0; round < (isQuick ? 3 : 9); round += 1) times.push(await signInOnce(browser, stack));
      return {
        figures: [reading("callback to first live value, median", "ms", spreadOf(times), { must: 1_000, better: "lower" })],
        ratios: [],
        notes: [
          "From the request of the callback address to the frame with the first figure in the fleet table, with an empty browser cache and the demo's 42 devices.",
        ],
        notMeasured: [],
      };
    } finally {
      await fleet.stop();
    }
  },
};

async function signInOnce(browser: Browser, stack: BenchStack): Promise<number> {
  const page = await browser.newPage();
  try {
    await page.send("Page.addScriptToEvaluateOnNewDocument", { source: WATCH });
    await openHostedPage(page, stack, "/devices");
    // The socket lives in the worker, a target of its own: only the page's few requests are reported here.
    await page.send("Network.enable");
    let callbackAtMs: number | undefined;
    page.on("Network.requestWillBeSent", (params) => {
      const { wallTime, request } = requestEvent.parse(params);
      if (request.url.startsWith(`${stack.appUrl}/api/auth/callback/`)) callbackAtMs ??= wallTime * 1000;
    });
    await submitPassword(page, stack, "otto");
    await page.waitFor(`location.pathname === "/devices" && window.benchFirstValueAtMs`, 30_000);
    const shownAtMs = await page.evaluate<number>("window.benchFirstValueAtMs");
    if (callbackAtMs === undefined) throw new Error("the sign-in did not come back through the callback");
    return shownAtMs - callbackAtMs;
  } finally {
    await page.close();
  }
}
