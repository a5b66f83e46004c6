import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { expect, test } from "./support/test.ts";

/** Keeps every core busy until it is told to stop. */
function burn(): () => Promise<void> {
  const spin = "for (;;) { Math.sqrt(Math.random()); }";
  const workers = Array.from({ length: availableParallelism() }, () => new Worker(spin, { eval: true }));
  return async () => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
}

test("an operator sees the devices of their site live, and none of another", async ({ page, signIn }) => {
  await signIn("otto");
  await page.goto("/devices");
  await expect(page.getByText("harbor-pump-01")).toBeVisible();
  await expect(page.getByText("ridge-chiller-01")).toHaveCount(0);
  await page.goto("/devices/harbor-pump-01");
  await expect(page.getByText(/^Live, last heard/)).toBeVisible();
});

test("a device of another site is not found, whatever the address", async ({ page, signIn, expectedErrors }) => {
  expectedErrors.push(/404/);
  await signIn("otto");
  const answer = await page.request.get("/api/things/ridge-chiller-01");
  expect(answer.status()).toBe(404);
  await page.goto("/devices/ridge-chiller-01");
  await expect(page.getByText(/^Live, last heard/)).toHaveCount(0);
});

test("work given to this machine's processor is seen on its device page", async ({ page, signIn }) => {
  await signIn("ada");
  const { things } = (await (await page.request.get("/api/things?type=host")).json()) as { things: { thingName: string }[] };
  await page.goto(`/devices/${things[0]?.thingName ?? ""}`);
  // A machine that is already busy is in alarm: that too is a state with fresh readings.
  await expect(page.getByText(/^(Live|Alarm), last heard/)).toBeVisible();
  const stop = burn();
  try {
    const reading = page.getByText(/^CPU/).locator("xpath=..").first();
    await expect
      .poll(async () => Number.parseFloat((await reading.innerText()).replace(/^\D*/, "")), { timeout: 20_000 })
      .toBeGreaterThan(85);
  } finally {
    await stop();
  }
});

test("a search that finds nothing offers the way back", async ({ page, signIn }) => {
  await signIn("otto");
  await page.goto("/devices?q=nothing-of-that-name");
  await expect(page.getByText("harbor-pump-01")).toHaveCount(0);
  await page.getByRole("button", { name: /clear/i }).first().click();
  await expect(page.getByText("harbor-pump-01")).toBeVisible();
});

test("rows stand together by what was chosen, under a head with name and count; the address keeps it and keys step over heads", async ({
  page,
  signIn,
}) => {
  await signIn("ada");
  await page.goto("/devices");
  await page.getByLabel("Group by").selectOption("site");
  await expect(page).toHaveURL(/by=site/);
  const head = page.getByRole("rowheader").first();
  await expect(head).toHaveText(/^Harbor water works\d+ devices$/);
  await page.keyboard.press("Escape");
  await page.getByRole("region", { name: "Devices" }).focus();
  await page.keyboard.press("j");
  await expect(page.locator('[data-row="0"] a')).toBeFocused();
  await expect(page.locator('[data-row="0"]')).toHaveAttribute("aria-rowindex", "3");
  await page.reload();
  await expect(page.getByRole("rowheader").first()).toBeVisible();
});
