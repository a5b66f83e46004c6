import AxeBuilder from "@axe-core/playwright";
import type { HistoryPage } from "../../lib/history/history-page.ts";
import { control } from "./support/world.ts";
import { expect, test } from "./support/test.ts";

const THING = "harbor-pump-04";
/** A gap between two kept messages, and a little. */
const KEPT_WITHIN_MS = 75_000;

test("a pump that is driven too hard is on the alarms page; who acknowledges it and whose task it is stand there after a reload", async ({
  page,
  signIn,
}) => {
  await control("device", { thing: THING, behavior: "overload" });
  try {
    await signIn("otto");
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: /^Alarms/ })
      .first()
      .click();
    await expect(page).toHaveURL(/\/alarms$/);
    const alarm = page.getByRole("listitem").filter({ hasText: "Booster A pump" }).filter({ hasText: "Vibration" });
    await expect(alarm).toContainText("Critical", { timeout: 30_000 });

    await alarm.getByRole("button", { name: /^Acknowledge/ }).click();
    await page.getByRole("textbox", { name: /note/i }).fill("bearing is being looked at");
    await page.keyboard.press("Enter");
    await expect(alarm).toContainText("Otto Operator");
    await expect(alarm).toContainText("bearing is being looked at");
    await expect(alarm.getByRole("button", { name: /^Acknowledge/ })).toHaveCount(0);

    await alarm.getByRole("button", { name: /^Assign/ }).click();
    await page.getByLabel("Name").fill("Nia of the night shift");
    await page.keyboard.press("Enter");
    await expect(alarm).toContainText("Assigned to Nia of the night shift");

    await page.goto("/alarms?state=acknowledged&severity=critical");
    await expect(alarm).toContainText("bearing is being looked at");
    await expect(alarm).toContainText("Assigned to Nia of the night shift");
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(" | ")}`)).toEqual([]);

    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`/devices/${THING}\\?from=\\d{13}&to=\\d{13}`));
    await expect(page.getByRole("button", { name: "Back to live" })).toBeVisible();
  } finally {
    await control("device", { thing: THING, behavior: "normal" });
  }
});

test("a tab that has just been opened shows the minutes before it, and says that they are minutes", async ({ page, signIn }) => {
  test.slow();
  await signIn("otto");
  // What was kept a moment before the tab's first message counts as heard by it.
  const past = async () => {
    const nowMs = Date.now();
    const answer = await page.request.get(`/api/things/harbor-pump-01/history?from=${nowMs - 600_000}&to=${nowMs}&metrics=flow`);
    return ((await answer.json()) as HistoryPage).times.filter((atMs) => atMs < nowMs - 5_000).length;
  };
  await expect.poll(past, { timeout: KEPT_WITHIN_MS }).toBeGreaterThan(0);
  await page.goto("/devices/harbor-pump-01?last=10m");
  const flow = page.getByRole("figure", { name: "Flow" });
  await expect(flow).toContainText(/one sample a minute before \d\d:\d\d/);
  await flow.getByRole("button", { name: /Table/ }).click();
  await expect(flow.getByRole("cell", { name: "once a minute" }).first()).toBeVisible();
  await expect(flow.getByRole("cell", { name: "live" }).first()).toBeVisible();
});

test("without DynamoDB the live view goes on and history says that it is unavailable", async ({ page, signIn, expectedErrors }) => {
  expectedErrors.push(/503/);
  await signIn("otto");
  await control("throttle", { api: "dynamodb:Query" });
  try {
    await page.goto("/devices/harbor-pump-02?last=24h");
    await expect(page.getByText("History is unavailable just now; live values go on.")).toBeVisible();
    await expect(page.getByRole("figure", { name: "Flow" })).toBeVisible();
  } finally {
    await control("throttle", { api: "dynamodb:Query", off: true });
  }
  await page.getByRole("button", { name: "Try again" }).first().click();
  await expect(page.getByText("History is unavailable just now; live values go on.")).toHaveCount(0);
});
