import type { Page } from "@playwright/test";
import { startPlainBrowser } from "./support/plain-browser.ts";
import { expect, test } from "./support/test.ts";

/** What a page can read of its own storage, and what it was served. */
async function readableBy(page: Page): Promise<string> {
  const stored = await page.evaluate(async () => {
    const databases = await indexedDB.databases();
    return JSON.stringify([
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      document.cookie,
      databases,
      document.documentElement.outerHTML,
    ]);
  });
  const served = await page.evaluate(async () => await (await fetch(location.href)).text());
  return stored + served;
}

const signOut = async (page: Page, world: { appUrl: string }) => {
  await page.goto(`${world.appUrl}/account`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(/\/sign-in$/);
};

test("a person signs in through the hosted page and comes back to the page asked for", async ({ page, world }) => {
  await page.goto(`${world.appUrl}/devices?q=pump`);
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=/);
  const user = world.info.users.find(({ username }) => username === "otto");
  await page
    .getByRole("button", { name: /sign in/i })
    .first()
    .click();
  await page.getByLabel(/user ?name|e-?mail/i).fill("otto");
  await page.getByLabel("Password", { exact: true }).fill(user?.password ?? "");
  await page.getByRole("button", { name: /^sign in$/i }).click();
  await expect(page).toHaveURL(`${world.appUrl}/devices?q=pump`);
});

test("a browser that keeps no cookies is told so before it leaves for a sign-in that could not end", async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, "cookieEnabled", { get: () => false }));
  await page.goto("/sign-in");
  await page.getByRole("button", { name: /sign in/i }).click();
  await expect(page.locator("main").getByRole("alert")).toContainText("keeps no cookies of this site");
  await expect(page).toHaveURL(/\/sign-in$/);
});

test("no token, key or signed address is in storage, cookies that scripts see, or HTML", async ({ page, signIn, world }) => {
  await signIn("otto");
  await page.goto(`${world.appUrl}/access`);
  await expect(page.getByRole("heading", { name: "Access" })).toBeVisible();
  expect(await readableBy(page)).not.toMatch(/eyJ[\w-]{20}|X-Amz-Sig|SessionToken|ASIA[A-Z0-9]{12}/);
  const cookies = await page.context().cookies(page.url());
  const session = cookies.find(({ name }) => name === "__Host-thingdeck.session");
  expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
});

test("signing out in one tab ends the other within two seconds, and Back shows nothing", async ({ page, context, signIn, world }) => {
  await signIn("otto");
  const other = await context.newPage();
  await other.goto(`${world.appUrl}/devices`);
  await signOut(page, world);
  await other.waitForURL(/\/sign-in/, { timeout: 2_000 });
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-in/);
  const cookies = await context.cookies(page.url());
  expect(cookies.map(({ name }) => name)).not.toContain("__Host-thingdeck.session");
});

test("a tab that slept through the sign-out of another shows nothing when it wakes", async ({ signIn, world }) => {
  const { context, close } = await startPlainBrowser();
  try {
    const page = await context.newPage();
    await signIn("otto", page);
    await page.goto(`${world.appUrl}/devices/harbor-pump-01`);
    await expect(page.getByRole("heading", { name: "Intake 1 pump" })).toBeVisible();
    await page.evaluate(() => document.addEventListener("freeze", () => (document.title = "frozen")));
    const other = await context.newPage();
    const lifecycle = await context.newCDPSession(page);
    await lifecycle.send("Page.setWebLifecycleState", { state: "frozen" });
    await expect.poll(async () => await page.title()).toBe("frozen");
    await signOut(other, world);
    await page.bringToFront();
    await page.waitForURL(/\/sign-in/, { timeout: 5_000 });
  } finally {
    await close();
  }
});

test("when somebody else signs in in another tab, the first tab is theirs or nobody's", async ({
  page,
  context,
  browser,
  signIn,
  expectedErrors,
  world,
}) => {
  expectedErrors.push(/401/);
  await signIn("otto");
  await page.goto(`${world.appUrl}/devices`);
  await expect(page.getByText("Intake 1 pump")).toBeVisible();
  // At once, so that there is no moment at which the browser is nobody's.
  const elsewhere = await browser.newContext();
  await signIn("adam", await elsewhere.newPage());
  await context.addCookies(await elsewhere.cookies());
  await elsewhere.close();
  // Made for somebody else than the session's person: answered as if there were no session, and given no keys.
  const headers = { "x-thingdeck-viewer": "somebody-else", "x-thingdeck": "1", origin: world.appUrl };
  expect((await page.request.get("/api/things", { headers })).status()).toBe(401);
  expect((await page.request.post("/api/credentials", { headers, data: { reason: "start" } })).status()).toBe(401);
  const other = await context.newPage();
  await other.goto(world.appUrl);
  await expect(page.getByText("Ridge cold store").first()).toBeVisible();
  await expect(page.getByText("Intake 1 pump")).toHaveCount(0);
});

test("after a sign-out the provider asks for the password again", async ({ page, signIn, world }) => {
  await signIn("otto");
  await signOut(page, world);
  await expect(page.getByRole("status")).toContainText("You are signed out.");
  await page
    .getByRole("button", { name: /sign in/i })
    .first()
    .click();
  await expect(page.getByLabel("Password", { exact: true })).toBeVisible();
});

test("a session ended from another browser is over here at the next look", async ({ page, browser, signIn, expectedErrors, world }) => {
  expectedErrors.push(/401/);
  await signIn("rita");
  const elsewhere = await browser.newContext();
  const away = await elsewhere.newPage();
  await signIn("rita", away);
  await page.goto(`${world.appUrl}/account`);
  await page.getByRole("button", { name: "End", exact: true }).first().click();
  await expect(page.getByRole("button", { name: "End", exact: true })).toHaveCount(0);
  await away.goto(`${world.appUrl}/devices`);
  await expect(away).toHaveURL(/\/sign-in\?.*error=ended/);
  await elsewhere.close();
});

test("the access page says what may be done, and why not", async ({ page, signIn, world }) => {
  await signIn("otto");
  await page.goto(`${world.appUrl}/devices`);
  await page.goto(`${world.appUrl}/access`);
  await page.getByLabel("Can I").selectOption("watch");
  await page.getByLabel(/topic, client id/i).fill("dt/ridge/+/telemetry");
  await page.getByRole("button", { name: "Ask" }).click();
  await expect(page.getByText(/^No: your role could, but none of the policies/)).toBeVisible();
  await page.getByLabel("Can I").selectOption("switch");
  await page.getByRole("button", { name: "Ask" }).click();
  await expect(page.getByText(/^No: your viewer role does not allow it/)).toBeVisible();
});
