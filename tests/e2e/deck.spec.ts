import type { Page } from "@playwright/test";
import { control } from "./support/world.ts";
import { expect, test } from "./support/test.ts";

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
  // A key that is pressed before the page is awake is nobody's.
  await expect(page.getByTitle("Connection doctor")).toContainText(/^Live/);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("pump");
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
  await expect(chip(page)).toContainText(/^Live \d+ ms/);
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
  await expect(page.getByRole("heading", { name: "You belong to no site yet" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Not connected" })).toBeVisible();
});

test("the theme is in the first byte of the page after it was chosen", async ({ page, signIn, world }) => {
  await signIn("ada");
  await page.getByRole("button", { name: "Display settings" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Dark" }).click();
  const html = await (await page.request.get(`${world.appUrl}/devices`)).text();
  expect(html).toMatch(/<html[^>]*data-theme="dark"/);
});

test("a long list scrolls inside its panel; the page around it stays where it is", async ({ page, signIn }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await signIn("ada");
  await page.goto("/devices");
  await expect(page.getByRole("row").nth(10)).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollHeight - globalThis.innerHeight)).toBeLessThanOrEqual(0);
});
