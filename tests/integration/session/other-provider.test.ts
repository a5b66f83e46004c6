import { afterEach, describe, expect, test } from "vitest";
import { SESSION_COOKIE } from "../../../lib/platform/cookies.ts";
import { freePort, hasBuild, type RunningApp, startApp, tinySettings } from "../../support/app.ts";
import { createBrowser } from "../cognito-user-pool/support/browser.ts";
import { type PlainOidcProvider, startPlainOidcProvider } from "../../support/plain-oidc-provider.ts";
import { startTinyAws, type TinyAws } from "../../support/tiny-aws.ts";
import { createWebClient, type WebClient } from "../../support/web-client.ts";

interface World {
  app: RunningApp;
  aws: TinyAws;
  oidc: PlainOidcProvider;
  origin: string;
  browser: WebClient;
}

const started: World[] = [];

/** Our build in front of an OIDC provider and an identity pool that nobody here wrote for Cognito, by settings alone. */
async function startWorld(claims: Record<string, unknown>, { hasRefreshTokens = true } = {}): Promise<World> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const redirectUri = `${origin}/api/auth/callback/cognito`;
  const [oidc, aws] = await Promise.all([startPlainOidcProvider({ redirectUri, claims, hasRefreshTokens }), startTinyAws()]);
  const overrides = { COGNITO_HOSTED_UI_URL: "", OIDC_GROUPS_CLAIM: "groups" };
  const app = await startApp(port, await tinySettings(origin, { oidc, aws, overrides }));
  const world = { app, aws, oidc, origin, browser: createWebClient(app.url, origin) };
  started.push(world);
  return world;
}

/** Through the provider's own redirects, with its cookies. */
async function signIn({ browser, origin }: World, callbackUrl?: string): Promise<Response> {
  const address = await browser.startSignIn(callbackUrl);
  const { url } = await createBrowser([origin]).goto(address);
  const { pathname, search } = new URL(url);
  return await browser.request(`${pathname}${search}`);
}

describe.skipIf(!hasBuild)("another OIDC provider and another identity pool (needs a build)", () => {
  afterEach(async () => {
    for (const { app, aws, oidc } of started.splice(0)) await Promise.allSettled([app.kill("SIGKILL"), aws.close(), oidc.close()]);
  });

  test("a person signs in, gets keys, and sees the access page", async () => {
    const world = await startWorld({ name: "Petra Plain", email: "petra@example.com", groups: ["operators", "site-ridge"] });
    const { browser, aws, origin } = world;
    expect((await signIn(world, "/devices")).headers.get("location")).toBe(`${origin}/devices`);
    expect(await (await browser.request("/api/session")).json()).toMatchObject({
      name: "Petra Plain",
      role: "operator",
      sites: [{ id: "ridge" }],
    });
    const keys = await browser.post("/api/credentials");
    expect(keys.status).toBe(200);
    const { identityId } = (await keys.json()) as { identityId: string };
    expect([...(aws.attached.get(identityId) ?? [])]).toEqual(["thingdeck-site-ridge"]);
    const page = await browser.request("/access");
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("Petra Plain");
    const signedOut = (await (await browser.signOut()).json()) as { url: string };
    expect(new URL(signedOut.url).origin).toBe(world.oidc.issuer);
    expect((await browser.request("/api/session")).status).toBe(401);
  });

  test("a token without any group signs in and opens nothing", async () => {
    const world = await startWorld({ name: "Nobody Special" });
    await signIn(world);
    expect(await (await world.browser.request("/api/session")).json()).toMatchObject({ role: "operator", sites: [] });
    const keys = await world.browser.post("/api/credentials");
    expect([keys.status, await keys.json()]).toMatchObject([403, { error: { code: "credentials/no-sites" } }]);
    expect(world.aws.counts.getId).toBe(0);
  });

  test("without refresh tokens a session lasts as long as its ID token, and a write that needs fresh groups is refused", async () => {
    const world = await startWorld({ groups: ["operators", "admins", "site-ridge"] }, { hasRefreshTokens: false });
    await signIn(world);
    expect(world.browser.cookies.has(SESSION_COOKIE)).toBe(true);
    expect((await world.browser.post("/api/credentials")).status).toBe(200);
    await expect
      .poll(async () => (await world.browser.post("/api/things/ridge-pump-01/desired", {})).status, { timeout: 5_000, interval: 400 })
      .toBe(503);
    expect((await world.browser.request("/api/session")).status).toBe(200);
  });
});
