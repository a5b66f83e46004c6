import type { Page, Route } from "@playwright/test";
import { createScriptedThing } from "./support/things.ts";
import { expect, test } from "./support/test.ts";
import { control } from "./support/world.ts";

const chip = (page: Page) => page.getByTitle("Connection doctor");
const rows = (page: Page) => page.locator("tr[data-row]");

test("a change after the first answer and before the subscription is on the page, without polling", async ({ page, signIn }) => {
  const thing = await createScriptedThing("harbor-gap-01");
  await thing.report({ note: "before" });
  await signIn("otto");
  await control("stall-broker", { forMs: 8_000 });
  const reads: string[] = [];
  page.on("request", (request) => {
    if (/\/api\/things.*harbor-gap-01/.test(request.url())) reads.push(request.url());
  });
  const firstAnswer = page.waitForResponse((response) => response.url().endsWith(`/api/things/${thing.name}`));
  await page.goto(`/devices/${thing.name}?tab=state`);
  await firstAnswer;
  await expect(page.getByText("before")).toBeVisible();
  await thing.report({ note: "after" });
  await expect(page.getByText("after")).toBeVisible({ timeout: 30_000 });
  await expect(chip(page)).toContainText(/^Live/);
  const { length } = reads;
  await thing.report({ note: "streamed" });
  await expect(page.getByText("streamed")).toBeVisible();
  expect(reads).toHaveLength(length);
  expect(reads.filter((url) => url.includes("fresh=1"))).toHaveLength(1);
});

test("a link that is open and dead is noticed, dims what is shown, and heals with its gap closed", async ({
  page,
  signIn,
  expectedErrors,
}) => {
  test.slow();
  expectedErrors.push(/WebSocket/);
  await signIn("otto");
  await page.goto("/devices");
  await expect(chip(page)).toContainText(/^Live/);
  await control("stall-broker", { forMs: 30_000 });
  await expect(page.locator('[data-link="untrusted"]')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText("Your connection is down.")).toBeVisible();
  await expect(page.locator('[data-link="trusted"]')).toBeVisible({ timeout: 60_000 });
  await expect(chip(page)).toContainText(/^Live \d+ ms/);
});

test("a page whose live code does not come says so and goes on when it does", async ({ page, signIn, expectedErrors }) => {
  expectedErrors.push(/Failed to load resource/);
  await signIn("otto");
  await page.route("**/live/*.js", (route) => route.abort());
  await page.goto("/devices");
  await expect(chip(page)).toContainText(/Connecting (in|now)/);
  await chip(page).click();
  await expect(page.getByRole("dialog")).toContainText("could not be loaded");
  await page.unroute("**/live/*.js");
  await page.getByRole("dialog").getByRole("button", { name: "Retry now" }).click();
  await expect(chip(page)).toContainText(/^Live/);
});

test("keys that are expired during an outage are replaced; the page comes back by itself", async ({ page, signIn, expectedErrors }) => {
  // Tabs come back spread over 18 s an attempt, and the first attempt still has the dead keys.
  test.slow();
  expectedErrors.push(/WebSocket/);
  await signIn("otto");
  await page.goto("/devices");
  await expect(chip(page)).toContainText(/^Live/);
  const asked: string[] = [];
  page.context().on("request", (request) => {
    if (request.url().endsWith("/api/credentials")) asked.push(request.url());
  });
  await control("expire-keys", {});
  await control("restart-broker", { downMs: 3_000 });
  await expect(page.locator('[data-link="untrusted"]')).toBeVisible();
  await expect(page.locator('[data-link="trusted"]')).toBeVisible({ timeout: 90_000 });
  expect(asked.length).toBeLessThanOrEqual(4);
});

test("the stream goes on while the server's own answers fail", async ({ page, signIn, expectedErrors }) => {
  expectedErrors.push(/50\d|Failed to load/);
  const thing = await createScriptedThing("harbor-alone-01");
  await signIn("otto");
  await page.goto(`/devices/${thing.name}`);
  await expect(chip(page)).toContainText(/^Live/);
  await page.route("**/api/**", (route) => route.fulfill({ status: 503, body: "{}" }));
  await expect
    .poll(async () => {
      await thing.publish({ flow: 123.4 });
      return await page.getByText(/123\.4|123/).count();
    })
    .toBeGreaterThan(0);
  await expect(page.locator('[data-link="trusted"]')).toBeVisible();
});

test("a page that was stopped for ten seconds shows the latest when it moves again", async ({ page, signIn }) => {
  const thing = await createScriptedThing("harbor-stalled-01");
  await signIn("otto");
  await page.goto(`/devices/${thing.name}`);
  await expect(chip(page)).toContainText(/^Live/);
  await thing.publish({ flow: 1 });
  await expect(page.getByText(/^Flow/).first()).toBeVisible();
  const stopped = page.evaluate(() => {
    const endMs = performance.now() + 10_000;
    while (performance.now() < endMs);
  });
  for (let flow = 400; flow <= 432; flow += 1) await thing.publish({ flow });
  await stopped;
  await expect(page.getByText(/\b432\b/).first()).toBeVisible();
  await expect(chip(page)).toContainText(/^Live/);
});

test("a state's count is what this screen hears, and its filter shows exactly those rows", async ({ page, signIn }) => {
  const thing = await createScriptedThing("harbor-hot-01");
  await signIn("otto");
  await page.goto("/devices");
  await expect(chip(page)).toContainText(/^Live/);
  const filter = page.getByRole("button", { name: /^Alarm/ });
  await expect
    .poll(async () => {
      await thing.publish({ temperature: 1_000 });
      return Number(/\d+/.exec(await filter.innerText())?.[0] ?? -1);
    })
    .toBeGreaterThan(0);
  await filter.click();
  await expect(page).toHaveURL(/state=alarm/);
  await expect(rows(page).filter({ hasText: thing.name })).toContainText("Alarm");
  // Other devices of the fleet come and go meanwhile.
  await expect(async () => {
    const shown = await rows(page).allInnerTexts();
    expect(shown.filter((row) => !row.startsWith("Alarm"))).toEqual([]);
    const pressed = await page.getByRole("button", { name: /^Alarm/, pressed: true }).innerText();
    expect(pressed).toContain(String(shown.length));
  }).toPass({ timeout: 30_000 });
});

const AWAY = {
  "is not reached": (route: Route) => route.abort("connectionrefused"),
  "is away behind a gateway": (route: Route) => route.fulfill({ status: 502, contentType: "text/html", body: "<h1>502 Bad Gateway</h1>" }),
};

for (const [how, answer] of Object.entries(AWAY)) {
  test(`a page asked for while the server ${how} opens when it is back; until then the live page stays`, async ({
    page,
    signIn,
    expectedErrors,
  }) => {
    expectedErrors.push(/Failed to load resource/);
    await signIn("otto");
    await page.goto("/");
    await expect(chip(page)).toContainText(/^Live/);
    const { origin } = new URL(page.url());
    await page.route(`${origin}/**`, answer);
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Alarms" }).click();
    await expect(page.getByText("The dashboard's server cannot be reached. Values here stay live.")).toBeVisible();
    await expect(page).toHaveURL(`${origin}/`);
    await expect(chip(page)).toContainText(/^Live/);
    await page.unroute(`${origin}/**`);
    await expect(page.getByRole("heading", { name: "Alarms", level: 1 })).toBeVisible();
    await expect(page.getByText("The dashboard's server cannot be reached.")).toBeHidden();
  });
}
