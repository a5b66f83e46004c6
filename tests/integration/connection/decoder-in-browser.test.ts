import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkIntegrity, type World } from "../../../bench/p01-ingest.ts";
import { launchBrowser } from "../../../bench/support/cdp.ts";
import { startBenchSite } from "../../../bench/support/bench-site.ts";
import { startMessageSource } from "../../../bench/support/message-source.ts";
import { findChromium } from "../../../scripts/support/chromium.ts";

const chromium = findChromium();
/** More than the source sends in one chunk, so that frames of 100 packets and split ones come many times over. */
const MESSAGES = 6_000;

describe.skipIf(chromium === undefined)("the worker's client in Chromium (needs a browser)", () => {
  let world: World;

  beforeAll(async () => {
    const [browser, site, source] = await Promise.all([launchBrowser(chromium ?? ""), startBenchSite(), startMessageSource()]);
    site.mqttUrl = source.url;
    world = { browser, site, source };
  });
  afterAll(async () => {
    await Promise.allSettled([world.browser.close(), world.site.close(), world.source.close()]);
  });

  test("at 1, 2, 20 and 100 packets a frame and split across frames, no value is lost, reordered or under another device's name", async () => {
    expect(await checkIntegrity(world, MESSAGES)).toBe(0);
  });
});
