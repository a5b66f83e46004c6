import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { buildIfNeeded } from "./support/build-if-needed.ts";
import { CHROMIUM_ARGS, ensureChromium } from "./support/chromium.ts";
import { root } from "./support/paths.ts";
import { createProgress } from "./support/progress.ts";
import { startStack, type Stack } from "./support/stack.ts";

/** Long enough for a chart to have a line in it. */
const WARM_UP_MS = 75_000;

const progress = createProgress();
const images = join(root, "docs", "images");

/** Takes the README's pictures of the running product: no picture is drawn by hand. */
async function main(): Promise<void> {
  const executablePath = await ensureChromium(progress);
  await buildIfNeeded(progress);
  const dataDirectory = mkdtempSync(join(tmpdir(), "thingdeck-screenshots-"));
  const stack = await startStack({ dataDirectory, appPort: 0, server: "production", hasFleet: true, hasDevice: true, progress });
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: "dark" });
    await signIn(page, stack);
    mkdirSync(images, { recursive: true });
    await page.getByRole("link", { name: "Devices" }).first().click();
    await progress.step("letting the charts fill", () => page.waitForTimeout(WARM_UP_MS));
    await page.screenshot({ path: join(images, "devices.png") });
    await page.getByText("harbor-pump-01").first().click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForTimeout(15_000);
    await page.screenshot({ path: join(images, "device.png") });
  } finally {
    await browser.close();
    await stack.stop();
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}

async function signIn(page: Page, { appUrl, info }: Stack): Promise<void> {
  const admin = info.users.find(({ username }) => username === "ada");
  if (admin === undefined) throw new Error("ada is not among the seeded users");
  await page.goto(appUrl);
  await page
    .getByRole("button", { name: /sign in/i })
    .first()
    .click();
  await page.getByLabel(/user ?name/i).fill(admin.username);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: /^sign in$/i }).click();
  await page.waitForURL((url) => url.origin === appUrl && !url.pathname.startsWith("/sign-in"));
}

await main();
