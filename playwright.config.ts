import { defineConfig } from "@playwright/test";
import { CHROMIUM_ARGS, findChromium } from "./scripts/support/chromium.ts";

const executablePath = process.env.THINGDECK_CHROMIUM ?? findChromium();

export default defineConfig({
  testDir: "tests/e2e",
  globalSetup: "./tests/e2e/support/global-setup.ts",
  timeout: 60_000,
  expect: { timeout: 15_000 },
  fullyParallel: false,
  // Much of a run is waiting for links to be missed and to heal; each worker has a stack of its own.
  workers: 2,
  retries: 0,
  forbidOnly: true,
  use: {
    launchOptions: { args: CHROMIUM_ARGS, ...(executablePath === undefined ? {} : { executablePath }) },
    // A film of every test costs a quarter of the run.
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
    locale: "en-GB",
    timezoneId: "Europe/Lisbon",
  },
});
