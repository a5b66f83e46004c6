import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";
import { control, type World } from "./support/world.ts";

/** A console line for every answer of 4xx, which some of these tests ask for. */
const REFUSED = /status of 4\d\d/;

async function openControl(page: Page, world: World, thing: string, field: string): Promise<Locator> {
  await page.goto(`${world.appUrl}/devices/${thing}`);
  const row = page.locator(`[data-control="${field}"]`);
  await expect(row).toBeVisible();
  return row;
}

async function expectPhase(row: Locator, phase: string, timeout = 20_000): Promise<void> {
  await expect(row).toHaveAttribute("data-phase", phase, { timeout });
}

/** One press of a switch that asks first. */
async function toggle(page: Page, row: Locator): Promise<boolean> {
  const thumb = row.getByRole("switch");
  await expect(thumb).toBeEnabled();
  const wasOn = (await thumb.getAttribute("aria-checked")) === "true";
  await thumb.click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Set to/ })
    .click();
  return !wasOn;
}

test.describe("a switch", () => {
  test("shows confirmed only when the device reports it, and the log says before, desired and reported", async ({
    page,
    world,
    signIn,
  }) => {
    await signIn("ada");
    const row = await openControl(page, world, "harbor-pump-02", "power");
    const isOn = await toggle(page, row);
    await expectPhase(row, "confirmed");
    await expect(row.getByRole("switch")).toHaveAttribute("aria-checked", String(isOn));
    await expect(row.getByRole("button", { name: "Undo" })).toBeVisible();

    await page.goto(`${world.appUrl}/audit?thing=harbor-pump-02`);
    const entry = page.locator("tr[data-command]").first();
    await expect(entry).toContainText("Ada Admin");
    await expect(entry).toContainText("Confirmed");
    const words = (value: boolean) => (value ? "Running" : "Stopped");
    await expect(entry).toContainText(new RegExp(`Pump.*before ${words(!isOn)}.*desired ${words(isOn)}.*reported ${words(isOn)}`));
    await entry.getByRole("link").first().click();
    await expect(page).toHaveURL(/row=/);
    await expect(page.getByRole("dialog")).toContainText("Shadow version");
  });

  test("stays where the device is and repeats the device's words when it refuses", async ({ page, world, signIn }) => {
    await signIn("ada");
    const row = await openControl(page, world, "ridge-chiller-06", "mode");
    const current = row.getByRole("button", { pressed: true });
    const before = await current.innerText();
    await row.getByRole("button", { pressed: false }).first().click();
    await expectPhase(row, "rejected");
    await expect(row.getByRole("status")).toContainText("interlock active");
    await expect(current).toHaveText(before);
  });

  test("of an offline device asks: queue until a stated time or leave it; a queued command survives a reload and can be withdrawn", async ({
    page,
    world,
    signIn,
    expectedErrors,
  }) => {
    expectedErrors.push(REFUSED);
    await signIn("ada");
    const row = await openControl(page, world, "harbor-meter-08", "reportIntervalSeconds");
    await row.getByRole("textbox").fill("17");
    await row.getByRole("button", { name: "Set" }).click();
    await expectPhase(row, "offline");
    await row.getByRole("button", { name: /Queue until/ }).click();
    await expectPhase(row, "queued");
    await page.reload();
    await expectPhase(row, "queued");
    await row.getByRole("button", { name: "Withdraw" }).click();
    await expectPhase(row, "ended");
  });

  test("of a silent device times out, and the wish can be taken back", async ({ page, world, signIn }) => {
    await control("device", { thing: "harbor-pump-03", behavior: "silent" });
    await signIn("ada");
    const row = await openControl(page, world, "harbor-pump-03", "speed");
    await row.getByRole("textbox").fill("41");
    await row.getByRole("button", { name: "Set" }).click();
    await expectPhase(row, "waiting");
    await expectPhase(row, "timed-out", 30_000);
    await expect(row.getByRole("status")).toContainText("desired is still 41 %");
    await row.getByRole("button", { name: "Withdraw" }).click();
    await expectPhase(row, "ended");
    await control("device", { thing: "harbor-pump-03", behavior: "normal" });
  });
});

test.describe("an operator", () => {
  test("sees why a switch is closed, and the route behind it refuses as well", async ({ page, world, signIn, expectedErrors }) => {
    expectedErrors.push(REFUSED);
    await signIn("otto");
    const row = await openControl(page, world, "harbor-pump-04", "power");
    await expect(row.getByRole("switch")).toBeDisabled();
    await expect(row).toContainText("Needs admin");
    const answer = await page.evaluate(async () => {
      const body = JSON.stringify({ patch: { power: false }, expectedVersion: 1, commandId: crypto.randomUUID() });
      const headers = { "content-type": "application/json", "x-thingdeck": "1" };
      const response = await fetch("/api/things/harbor-pump-04/desired", { method: "POST", headers, body });
      return { status: response.status, body: (await response.json()) as { error: { code: string } } };
    });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: "session/not-permitted" } } });
    await page.goto(`${world.appUrl}/audit`);
    await expect(page.getByText("The audit log is for admins")).toBeVisible();
  });
});

test.describe("a bulk run", () => {
  test("lists who is left out, then shows an outcome for each device, also after a reload", async ({ page, world, signIn }) => {
    await signIn("ada");
    await page.goto(`${world.appUrl}/devices?q=harbor-meter`);
    await page.getByRole("checkbox", { name: "Select every loaded row" }).check();
    await page.getByRole("button", { name: "Set…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Control").selectOption("reportIntervalSeconds");
    await dialog.getByRole("spinbutton").fill("6");
    await dialog.getByRole("button", { name: "Review" }).click();
    await expect(dialog.getByRole("list", { name: "Left out" })).toContainText("harbor-meter-08, offline");
    await dialog.getByRole("button", { name: /^Start on/ }).click();
    await expect(page).toHaveURL(/\/runs\/[0-9a-f-]{36}$/);
    await expect(page.getByText("Every device has its outcome")).toBeVisible({ timeout: 60_000 });
    await page.reload();
    await expect(page.getByText("Every device has its outcome")).toBeVisible();
    await expect(page.locator("tr[data-thing=harbor-meter-01]")).toContainText("Confirmed");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Set Report every to 6 s");
    await page.goto(`${world.appUrl}/runs`);
    await expect(page.getByRole("row").nth(1)).toContainText(/7.*7 confirmed.*Finished/);
  });
});
