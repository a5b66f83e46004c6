import { IoTDataPlaneClient, UpdateThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import type { Browser, Locator, Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";
import { control, type World } from "./support/world.ts";

/** A console line for every answer of 4xx, which some of these tests ask for. */
const REFUSED = /status of 4\d\d/;
/** What a tab says of a broker that goes away. */
const BROKER_GONE = /WebSocket|ERR_CONNECTION|net::/;

async function openControl(page: Page, world: World, thing: string, field: string): Promise<Locator> {
  await page.goto(`${world.appUrl}/devices/${thing}`);
  const row = page.locator(`[data-control="${field}"]`);
  await expect(row).toBeVisible();
  return row;
}

const expectPhase = (row: Locator, phase: string, timeout = 20_000) => expect(row).toHaveAttribute("data-phase", phase, { timeout });

async function setNumber(row: Locator, value: number): Promise<void> {
  await expect(row.getByRole("textbox")).toBeEnabled();
  await row.getByRole("textbox").fill(String(value));
  await row.getByRole("button", { name: "Set", exact: true }).click();
}

/** Writes a shadow past the deck, as a device or another program would. */
async function writeShadow({ info }: World, thingName: string, state: object): Promise<void> {
  const credentials = info.root as { accessKeyId: string; secretAccessKey: string };
  const root = new IoTDataPlaneClient({ region: info.region, endpoint: info.endpoints.iotData, credentials });
  await root.send(new UpdateThingShadowCommand({ thingName, payload: new TextEncoder().encode(JSON.stringify({ state })) }));
}

async function secondPerson(browser: Browser, signIn: (username: string, page?: Page) => Promise<void>, username: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(username, page);
  return page;
}

test("of two people the later one is told who set what, and may set it anyway", async ({
  page,
  browser,
  world,
  signIn,
  expectedErrors,
}) => {
  test.slow();
  expectedErrors.push(REFUSED);
  await signIn("ada");
  const adas = await openControl(page, world, "ridge-pump-01", "speed");
  const other = await secondPerson(browser, signIn, "adam");
  const adams = await openControl(other, world, "ridge-pump-01", "speed");
  // Ada's press is held on its way, as a slow network would, until Adam's is through.
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route("**/desired", async (route) => {
    await held;
    await route.continue();
  });
  await setNumber(adas, 31);
  await expectPhase(adas, "sending");
  await setNumber(adams, 62);
  await expectPhase(adams, "confirmed");
  letGo();
  await expectPhase(adas, "conflict");
  await expect(adas.getByRole("status")).toContainText(/Adam.* set 62 %/);
  await expect(adas.getByRole("button", { name: "Reload" })).toBeVisible();
  await adas.getByRole("button", { name: "Set 31 % anyway" }).click();
  await expectPhase(adas, "confirmed");
  await expect(adams).toContainText("31 %");

  // A yes that comes after somebody has answered the same question is not sent either.
  const adasPump = page.locator('[data-control="power"]');
  const adamsPump = other.locator('[data-control="power"]');
  const yes = (person: Page) => person.getByRole("dialog").getByRole("button", { name: /^Set to/ });
  await adasPump.getByRole("switch").click();
  await expect(yes(page)).toBeVisible();
  await adamsPump.getByRole("switch").click();
  await yes(other).click();
  await expectPhase(adamsPump, "confirmed");
  await expect(page.getByRole("dialog")).toContainText(`It reports ${await adamsPump.locator("[data-live-area]").innerText()} now`);
  await yes(page).click();
  await expectPhase(adasPump, "conflict");
  await expect(adasPump.getByRole("status")).toContainText(/Adam.* set (Running|Stopped)/);
  await other.context().close();
});

test("a confirmed change can be undone for a few seconds, and only then", async ({ page, world, signIn }) => {
  await signIn("ada");
  const row = await openControl(page, world, "harbor-pump-05", "speed");
  await setNumber(row, 37);
  await expectPhase(row, "confirmed");
  await expectPhase(row, "idle");
  await setNumber(row, 38);
  await expectPhase(row, "confirmed");
  await row.getByRole("button", { name: "Undo" }).click();
  await expect(row.locator("[data-live-area]")).toHaveText("37 %");
  await expectPhase(row, "idle");
  await expect(row.getByRole("button", { name: "Undo" })).toHaveCount(0);
});

test("a control that asks for the name is not pressed with another name", async ({ page, world, signIn }) => {
  await signIn("ada");
  const row = await openControl(page, world, "ridge-chiller-01", "power");
  const thumb = row.getByRole("switch");
  await expect(thumb).toBeEnabled();
  const wasOn = await thumb.getAttribute("aria-checked");
  await thumb.click();
  const dialog = page.getByRole("dialog");
  const yes = dialog.getByRole("button", { name: /^Set to/ });
  await expect(yes).toBeDisabled();
  await dialog.getByRole("textbox").fill("ridge-chiller-02");
  await dialog.getByRole("textbox").press("Enter");
  await expect(yes).toBeDisabled();
  await expectPhase(row, "idle");
  await dialog.getByRole("textbox").fill("ridge-chiller-01");
  await yes.click();
  await expectPhase(row, "confirmed");
  await expect(thumb).not.toHaveAttribute("aria-checked", wasOn ?? "");
});

test("a lock-out tag stops everybody, says why, and comes off", async ({ page, browser, world, signIn, expectedErrors }) => {
  test.slow();
  expectedErrors.push(REFUSED);
  await signIn("ada");
  await openControl(page, world, "ridge-pump-02", "speed");
  const other = await secondPerson(browser, signIn, "adam");
  // Adam's page has not heard of the tag when he presses, so it is the server that refuses.
  let hasPressed = false;
  other.on("request", (request) => (hasPressed ||= request.url().endsWith("/desired")));
  await other.route("**/api/locks", (route) => (hasPressed ? route.continue() : route.fulfill({ json: { locks: [] } })));
  const adams = await openControl(other, world, "ridge-pump-02", "speed");
  await expect(adams.getByRole("textbox")).toBeEnabled();
  await page.getByRole("button", { name: "Lock out" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("Bearing out until Friday");
  await page.getByRole("button", { name: "Hang the tag" }).click();
  await expect(page.getByRole("note").filter({ hasText: "Bearing out until Friday" })).toBeVisible();
  await expect(page.locator('[data-control="speed"]').getByRole("textbox")).toBeDisabled();
  await setNumber(adams, 45);
  await expectPhase(adams, "locked");
  await expect(adams.getByRole("status")).toContainText("Locked out by Ada Admin: Bearing out until Friday");
  await expect(other.getByRole("note").filter({ hasText: "Bearing out until Friday" })).toBeVisible({ timeout: 3_000 });
  await expect(adams.getByRole("textbox")).toBeDisabled();
  await page.getByRole("button", { name: "Take the tag off" }).click();
  await expect(page.locator('[data-control="speed"]').getByRole("textbox")).toBeEnabled();
  await setNumber(adams, 46);
  await expectPhase(adams, "confirmed");
  await other.context().close();
});

test("a device that changes by itself is marked as changed at the device, and its value can be accepted", async ({
  page,
  world,
  signIn,
}) => {
  await signIn("ada");
  const row = await openControl(page, world, "harbor-gateway-02", "logLevel");
  await row.getByRole("button", { name: "Warn" }).click();
  await expect(row.locator("[data-live-area]")).toHaveText("Warn");
  await control("device", { thing: "harbor-gateway-02", behavior: "silent" });
  await expect(async () => {
    await writeShadow(world, "harbor-gateway-02", { reported: { logLevel: "debug" } });
    await expect(row).toContainText("changed at device", { timeout: 1_500 });
  }).toPass({ timeout: 30_000 });
  await expect(row).toContainText("desired is still Warn");
  await row.getByRole("button", { name: "Accept Debug" }).click();
  await expectPhase(row, "confirmed");
  await control("device", { thing: "harbor-gateway-02", behavior: "normal" });
});

test("a silent device may be waited for once more, and is confirmed when it reports at last", async ({ page, world, signIn }) => {
  await control("device", { thing: "harbor-pump-04", behavior: "silent" });
  await signIn("ada");
  const row = await openControl(page, world, "harbor-pump-04", "speed");
  await expect(async () => {
    await setNumber(row, 20 + Math.floor(60 * Math.random()));
    await expectPhase(row, "waiting", 1_500);
    await expectPhase(row, "timed-out", 15_000);
  }).toPass({ timeout: 40_000 });
  const target = Number(/(\d+) %\.?/.exec(await row.getByRole("status").innerText())?.[1]);
  await row.getByRole("button", { name: "Keep waiting" }).click();
  await expectPhase(row, "waiting");
  await expect(row.getByRole("status")).toContainText(/\d+ s of \d+ s/);
  await writeShadow(world, "harbor-pump-04", { reported: { speed: target } });
  await expectPhase(row, "confirmed");
  await control("device", { thing: "harbor-pump-04", behavior: "normal" });
});

test("somebody's change while a device is waited for ends the waiting, with their words", async ({ page, world, signIn }) => {
  await control("device", { thing: "harbor-pump-06", behavior: "silent" });
  await signIn("ada");
  const row = await openControl(page, world, "harbor-pump-06", "speed");
  await expect(async () => {
    await setNumber(row, 20 + Math.floor(60 * Math.random()));
    await expectPhase(row, "waiting", 1_500);
  }).toPass({ timeout: 20_000 });
  await writeShadow(world, "harbor-pump-06", { desired: { speed: 99 } });
  await expectPhase(row, "replaced");
  await expect(row.getByRole("status")).toContainText("Somebody set 99 % before the device answered");
  await control("device", { thing: "harbor-pump-06", behavior: "normal" });
});

test("while my own connection is down the controls are locked and say so", async ({ page, world, signIn, expectedErrors }) => {
  expectedErrors.push(BROKER_GONE);
  await signIn("ada");
  const row = await openControl(page, world, "harbor-pump-10", "power");
  await expect(row.getByRole("switch")).toBeEnabled();
  // A page that has not been live yet has longer to connect before it says so.
  await expect(page.getByTitle("Connection doctor")).toContainText(/^Live/);
  await control("restart-broker", { downMs: 3_000 });
  await expect(row).toContainText("Your connection is down");
  await expect(row.getByRole("switch")).toBeDisabled();
  await expect(row.getByRole("switch")).toBeEnabled({ timeout: 40_000 });
  await expect(row).not.toContainText("Your connection is down");
});
