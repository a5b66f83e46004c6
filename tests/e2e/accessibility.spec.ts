import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const COLOR_SCHEMES = ["light", "dark"] as const;
const WIDTHS = [320, 390, 1024, 1440];
const PAGES = [
  "/",
  "/devices?by=site",
  "/devices?layout=grid",
  "/devices?q=nothing-is-called-this",
  "/devices/no-such-thing",
  "/devices/harbor-pump-01",
  "/devices/harbor-pump-01?tab=state",
  "/devices/harbor-pump-01?last=24h",
  "/alarms",
  "/wall/harbor",
  "/access",
  "/account",
  "/audit",
  "/runs",
];

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(" | ")}`);
}

async function expectNoViolations(page: Page, path: string): Promise<void> {
  for (const colorScheme of COLOR_SCHEMES) {
    // Without motion a colour is there at once, not on its way.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await violations(page), `${path}, ${colorScheme}`).toEqual([]);
  }
}

async function expectNoOverflow(page: Page, path: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 720 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, `${path}, ${width} px`).toBeLessThanOrEqual(0);
  }
}

test("no page has an accessibility violation, light and dark, nor runs out of its width, 320 to 1440 px", async ({
  page,
  signIn,
  expectedErrors,
}) => {
  test.setTimeout(300_000);
  expectedErrors.push(/404/);
  await page.goto("/sign-in");
  await expectNoViolations(page, "/sign-in");
  await signIn("ada");
  for (const path of PAGES) {
    await page.goto(path);
    await expect(page.getByRole("main")).toBeVisible();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await expectNoViolations(page, path);
    await expectNoOverflow(page, path);
  }
});
