import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const PAGES = [
  "/",
  "/devices",
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

for (const colorScheme of ["light", "dark"] as const) {
  test(`no page has an accessibility violation, ${colorScheme}`, async ({ page, signIn }) => {
    test.slow();
    await page.emulateMedia({ colorScheme });
    await page.goto("/sign-in");
    expect(await violations(page)).toEqual([]);
    await signIn("ada");
    for (const path of PAGES) {
      await page.goto(path);
      await expect(page.getByRole("main")).toBeVisible();
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
      expect(await violations(page), path).toEqual([]);
    }
  });
}

test("the page works 320 pixels wide without scrolling sideways", async ({ page, signIn }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await signIn("otto");
  for (const path of ["/", "/devices", "/devices/harbor-pump-01", "/alarms", "/access", "/account"]) {
    await page.goto(path);
    await expect(page.getByRole("main")).toBeVisible();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, path).toBeLessThanOrEqual(0);
  }
});
