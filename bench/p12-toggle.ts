import type { Bench } from "./bench.ts";
import { reading } from "./outcome.ts";
import { percentile, spreadOf } from "./statistics.ts";
import { CannotMeasure } from "./support/bench-room.ts";
import { type BenchThing, connectBenchThing } from "./support/bench-things.ts";
import type { Page } from "./support/cdp.ts";
import { signedInPage } from "./support/sign-in.ts";

const CONTROL = `document.querySelector("[data-control=led] [role=switch]")`;
const WARM_UP = 2;

/** Clicks the switch and resolves with the click's instant and the instant after the frame that showed it confirmed. */
const TOGGLE = `new Promise((resolve, reject) => {
  const boxNow = () => document.querySelector("[data-control=led]");
  const control = ${CONTROL};
  const wanted = control.getAttribute("aria-checked") !== "true";
  const after = new MessageChannel();
  const phases = [];
  const nowMs = () => performance.timeOrigin + performance.now();
  const timer = setTimeout(() => reject(new Error("the switch was not confirmed in 15 s; it went through " + phases.join(", ") + "; now " + boxNow()?.innerText)), 15000);
  const look = () => {
    const now = boxNow()?.dataset.phase + " " + ${CONTROL}?.getAttribute("aria-checked");
    if (phases.at(-1) !== now) phases.push(now);
    if (${CONTROL}?.getAttribute("aria-checked") !== String(wanted) || boxNow().dataset.phase !== "confirmed") return;
    observer.disconnect();
    clearTimeout(timer);
    after.port2.postMessage(0);
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { attributes: true, childList: true, subtree: true, characterData: true });
  after.port1.onmessage = () => resolve({ clickedAtMs, confirmedAtMs: nowMs() });
  const clickedAtMs = nowMs();
  control.click();
})`;

export const p12Toggle: Bench = {
  id: "P12",
  title: "Toggle: click to confirmed, through a local device",
  run: async ({ isQuick, room }) => {
    const [browser, stack] = [await room.browser(), await room.stack()];
    const thing = await connectBenchThing(stack, "bench-gateway-12");
    let page: Page | undefined;
    try {
      page = await signedInPage(browser, stack, { username: "ada", path: `/devices/${thing.thingName}` });
      await page.waitFor(`${CONTROL}?.matches(":not(:disabled):not([aria-disabled=true])")`, 20_000).catch(() => {
        throw new CannotMeasure("this build has no switch for the device's light");
      });
      const toggles = await toggleMany(page, thing, isQuick ? 5 : 40);
      const whole = toggles.map(({ wholeMs }) => wholeMs);
      return {
        figures: [
          reading("click to confirmed, median", "ms", spreadOf(whole), { must: 300, better: "lower" }),
          reading("click to confirmed, p95", "ms", percentile(whole, 0.95)),
          reading("of which ours (device taken off), median", "ms", spreadOf(toggles.map(({ oursMs }) => oursMs)), {
            must: 60,
            better: "lower",
          }),
          reading("click to the device's delta, median", "ms", spreadOf(toggles.map(({ downMs }) => downMs))),
          reading("the device's report to confirmed, median", "ms", spreadOf(toggles.map(({ upMs }) => upMs))),
        ],
        ratios: [],
        notes: ["The device answers at once, so nearly all of the time is ours and the local AWS's; only its own handling is taken off."],
        notMeasured: [],
      };
    } finally {
      await page?.close();
      await thing.connection.end();
    }
  },
};

async function toggleMany(page: Page, thing: BenchThing, count: number) {
  const toggles: { wholeMs: number; oursMs: number; downMs: number; upMs: number }[] = [];
  for (let index = 0; index < WARM_UP + count; index += 1) {
    const { clickedAtMs, confirmedAtMs } = await page.evaluate<{ clickedAtMs: number; confirmedAtMs: number }>(TOGGLE);
    const answer = thing.answered.find(({ deltaAtMs }) => deltaAtMs >= clickedAtMs);
    if (answer === undefined) throw new Error("a switch was confirmed that the device never heard of");
    const { deltaAtMs, reportAtMs } = answer;
    // A command in the row's short memory would be merged with the next one.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    if (index < WARM_UP) continue;
    const wholeMs = confirmedAtMs - clickedAtMs;
    toggles.push({
      wholeMs,
      oursMs: wholeMs - (reportAtMs - deltaAtMs),
      downMs: deltaAtMs - clickedAtMs,
      upMs: confirmedAtMs - reportAtMs,
    });
  }
  return toggles;
}
