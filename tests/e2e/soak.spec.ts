import type { Page, WebSocket } from "@playwright/test";
import { type Footprint, openFiles, watchFootprint } from "./support/footprint.ts";
import { expect, test } from "./support/test.ts";
import { control } from "./support/world.ts";

/** A page of a living fleet is never twice the same: so much may differ between two looks at it. */
const NODES_SPARE = 400;
const LISTENERS_SPARE = 60;
const OBJECTS_SPARE = 4_000;
const HEAP_SPARE_BYTES = 1_000_000;
/** Connections that are kept for the next request come and go. */
const FILES_SPARE = 60;

/** As a tab names itself to the broker: its identity, then a random part. */
const CLIENT_ID = /[a-z]{2}-[a-z]+-\d:[\da-f-]{36}-[\w-]+/;

const chip = (page: Page) => page.getByTitle("Connection doctor");

function expectNoMore(after: Footprint, before: Footprint): void {
  expect(after.workers).toBe(before.workers);
  expect(after.nodes - before.nodes).toBeLessThan(NODES_SPARE);
  expect(after.listeners - before.listeners).toBeLessThan(LISTENERS_SPARE);
  expect(after.objects - before.objects).toBeLessThan(OBJECTS_SPARE);
  expect(after.workerHeapBytes - before.workerHeapBytes).toBeLessThan(HEAP_SPARE_BYTES);
}

test.describe.configure({ timeout: 240_000 });

test("a wall that has turned two hundred times holds no more than after forty turns", async ({ page, signIn }) => {
  await signIn("ada");
  const footprint = await watchFootprint(page);
  await page.goto("/wall/all");
  await expect(page.getByText("1 of", { exact: false })).toBeVisible();
  const place = page.locator("footer").getByText(/\d+ of \d+/);
  await expect(place).not.toHaveText(/of 1$/);
  const turn = async (times: number): Promise<void> => {
    for (let count = 0; count < times; count += 1) {
      const shown = await place.innerText();
      await page.keyboard.press("ArrowRight");
      await expect(place).not.toHaveText(shown);
    }
    await page.keyboard.press("Space");
    while (!(await place.innerText()).startsWith("1 of")) await page.keyboard.press("ArrowRight");
  };
  await turn(40);
  const before = await footprint();
  await page.keyboard.press("Space");
  await turn(160);
  expectNoMore(await footprint(), before);
});

test("forty visits to every page hold no more than eight, nor does the server", async ({ page, signIn, world }) => {
  await signIn("ada");
  const footprint = await watchFootprint(page);
  await page.goto("/devices");
  await expect(chip(page)).toContainText(/^Live/);
  const links = page.getByRole("navigation").first();
  const visit = async (times: number): Promise<void> => {
    for (let count = 0; count < times; count += 1) {
      for (const name of ["Alarms", "Runs", "Audit", "Overview", "Devices"]) {
        await links.getByRole("link", { name, exact: false }).first().click();
        await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
      }
      await page.locator("[data-row-link]").first().click();
      await expect(page).toHaveURL(/\/devices\/./);
      await page.goBack();
      await expect(page.locator("[data-row-link]").first()).toBeVisible();
    }
  };
  const { server = 0, "local-aws": localAws = 0 } = world.pids;
  await visit(8);
  const before = { page: await footprint(), server: openFiles(server), localAws: openFiles(localAws) };
  await visit(32);
  expectNoMore(await footprint(), before.page);
  expect(openFiles(server) - before.server).toBeLessThan(FILES_SPARE);
  expect(openFiles(localAws) - before.localAws).toBeLessThan(FILES_SPARE);
});

test("twenty-four lost links hold no more than six, and one socket", async ({ page, signIn, expectedErrors }) => {
  expectedErrors.push(/WebSocket/);
  const sockets: WebSocket[] = [];
  let clientId = "";
  page.on("websocket", (socket) => {
    sockets.push(socket);
    socket.on("framesent", ({ payload }) => (clientId = CLIENT_ID.exec(payload.toString())?.[0] ?? clientId));
  });
  await signIn("ada");
  const footprint = await watchFootprint(page);
  await page.goto("/devices");
  await expect(chip(page)).toContainText(/^Live/);
  // Those of the page before went with it, which is told to nobody.
  sockets.splice(0, sockets.length - 1);
  const lose = async (times: number): Promise<void> => {
    for (let count = 0; count < times; count += 1) {
      await control("cut-client", { clientId });
      await page.getByRole("button", { name: "Retry now" }).click();
      await expect(chip(page)).toContainText(/^Live/);
      await expect(page.locator('[data-link="trusted"]')).toBeVisible();
    }
  };
  await lose(6);
  const before = await footprint();
  await lose(18);
  expectNoMore(await footprint(), before);
  expect(sockets.length).toBeGreaterThan(24);
  expect(sockets.filter((socket) => !socket.isClosed())).toHaveLength(1);
});
