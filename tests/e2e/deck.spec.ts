import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { control } from "./support/world.ts";
import { expect, test } from "./support/test.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual([]);
}

const chip = (page: Page) => page.getByTitle("Connection doctor");
const rows = (page: Page) => page.locator("tr[data-row]");

test("a count tile opens the list narrowed to its state, and the address carries it", async ({ page, signIn }) => {
  await signIn("ada");
  await page.getByRole("region", { name: "Devices by state" }).getByRole("link", { name: /^Live/ }).click();
  await expect(page).toHaveURL(/\/devices\?state=live$/);
  await expect(page.getByRole("button", { name: "Remove filter: State is Live" })).toBeVisible();
  await expect(rows(page).first()).toBeVisible();
});

test("the list goes live, row by row, and the chip says so", async ({ page, signIn }) => {
  await signIn("ada");
  await page.goto("/devices?type=pump");
  await expect(chip(page)).toContainText(/^Live/);
  await expect(rows(page).first()).toContainText(/\d+ L\/min/);
});

test("the keyboard alone searches, walks, selects and opens", async ({ page, signIn }) => {
  await signIn("ada");
  await page.goto("/devices");
  await expect(rows(page).nth(2)).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(rows(page).nth(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("tab", { name: "Live" })).toHaveAttribute("aria-selected", "true");
});

test("the palette finds a device and goes to it", async ({ page, signIn }) => {
  await signIn("ada");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("pump");
  await page.getByRole("option", { name: /pump/i }).first().click();
  await expect(page).toHaveURL(/\/devices\/[^/]*pump/);
});

test("the tab of a device stands in the address and survives a reload", async ({ page, signIn }) => {
  await signIn("ada");
  await page.goto("/devices");
  await rows(page).first().getByRole("link").click();
  await page.getByRole("tab", { name: "State" }).click();
  await expect(page).toHaveURL(/tab=state/);
  await page.reload();
  await expect(page.getByRole("columnheader", { name: "Desired" })).toBeVisible();
});

test("a lost link is told within seconds, dims what is shown and clears by itself", async ({ page, signIn, expectedErrors }) => {
  expectedErrors.push(/WebSocket/);
  await signIn("ada");
  await page.goto("/devices");
  await expect(chip(page)).toContainText(/^Live/);
  await control("restart-broker", { downMs: 8_000 });
  await expect(page.getByText("Your connection is down.")).toBeVisible();
  await expect(page.locator('[data-link="untrusted"]')).toBeVisible();
  await expect(page.getByText("Your connection is down.")).toBeHidden({ timeout: 45_000 });
  await expect(page.locator('[data-link="trusted"]')).toBeVisible();
});

test("an operator is offered no selection and no admin page", async ({ page, signIn }) => {
  await signIn("otto");
  await page.goto("/devices");
  await expect(rows(page).first()).toBeVisible();
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Audit" })).toHaveCount(0);
});

test("a person without a site is told what to ask for", async ({ page, signIn }) => {
  await signIn("gus");
  await expect(page.getByText("You belong to no site yet")).toBeVisible();
});

test("the theme is in the first byte of the page after it was chosen", async ({ page, signIn, world }) => {
  await signIn("ada");
  await page.getByRole("button", { name: "Display settings" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Dark" }).click();
  const html = await (await page.request.get(`${world.appUrl}/devices`)).text();
  expect(html).toMatch(/<html[^>]*data-theme="dark"/);
});

for (const path of ["/", "/devices", "/devices?layout=grid", "/devices?q=nothing-is-called-this", "/devices/no-such-thing", "/wall/all"]) {
  test(`${path} has no accessibility violation, light and dark`, async ({ page, signIn, expectedErrors }) => {
    expectedErrors.push(/404/);
    await signIn("ada");
    await page.goto(path);
    await expect(page.getByRole("heading").first()).toBeVisible();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await expectNoViolations(page);
    }
  });
}

test("a long list scrolls inside its panel; the page around it stays where it is", async ({ page, signIn }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await signIn("ada");
  await page.goto("/devices");
  await expect(page.getByRole("row").nth(10)).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollHeight - globalThis.innerHeight)).toBeLessThanOrEqual(0);
});

for (const width of [320, 390, 1024, 1440]) {
  test(`nothing runs out of the page at ${width} px`, async ({ page, signIn }) => {
    await page.setViewportSize({ width, height: 720 });
    await signIn("ada");
    for (const path of ["/", "/devices", "/wall/all"]) {
      await page.goto(path);
      await expect(page.getByRole("heading").first()).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - globalThis.innerWidth)).toBeLessThanOrEqual(0);
    }
  });
}
