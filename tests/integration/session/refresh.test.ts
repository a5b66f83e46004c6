import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freePort, hasBuild, type RunningApp, startApp, tinySettings } from "../../support/app.ts";
import { type RoundRobin, startRoundRobin } from "../../support/round-robin.ts";
import { startTinyAws, type TinyAws } from "../../support/tiny-aws.ts";
import { startTinyOidcProvider, type TinyOidcProvider } from "../../support/tiny-oidc-provider.ts";
import { createWebClient, type WebClient } from "../../support/web-client.ts";

const statusesOf = async (requests: Promise<Response>[]) => (await Promise.all(requests)).map(({ status }) => status);

describe.skipIf(!hasBuild)("tokens of a session over two servers (needs a build)", () => {
  let oidc: TinyOidcProvider;
  let aws: TinyAws;
  let apps: RunningApp[];
  let front: RoundRobin;
  let origin: string;
  let settings: Record<string, string>;
  const client = (): WebClient => createWebClient(origin.replace("localhost", "127.0.0.1"), origin);

  beforeAll(async () => {
    [oidc, aws] = await Promise.all([startTinyOidcProvider(), startTinyAws()]);
    const port = await freePort();
    origin = `http://localhost:${port}`;
    settings = await tinySettings(origin, { oidc, aws });
    apps = await Promise.all([freePort(), freePort()].map(async (each) => await startApp(await each, settings)));
    front = await startRoundRobin(
      port,
      apps.map(({ url }) => url),
    );
  });
  afterAll(async () => {
    await Promise.allSettled([...apps.map((app) => app.kill("SIGKILL")), front.close()]);
    await Promise.allSettled([oidc.close(), aws.close()]);
  });
  beforeEach(() => {
    Object.assign(oidc.knobs, { tokenLifetimeS: 3600, isRotating: false, refreshDelayMs: 0 });
    oidc.knobs.user = { sub: crypto.randomUUID(), groups: ["operators", "site-harbor"] };
    front.setTargets(apps.slice(0, 2).map(({ url }) => url));
  });

  const signInWithExpiredToken = async (): Promise<WebClient> => {
    oidc.knobs.tokenLifetimeS = 1;
    const browser = client();
    await browser.signIn();
    oidc.knobs.tokenLifetimeS = 3600;
    return browser;
  };
  const waitForExpiry = async () => {
    const untilMs = Date.now() + 1_200;
    await expect.poll(() => Date.now(), { timeout: 5_000 }).toBeGreaterThan(untilMs);
  };

  test.each([false, true])("twenty requests at expiry make exactly one refresh (rotation %s)", async (isRotating) => {
    oidc.knobs.isRotating = isRotating;
    oidc.knobs.refreshDelayMs = 300;
    const browser = await signInWithExpiredToken();
    await waitForExpiry();
    oidc.counts.refresh = 0;
    const statuses = await statusesOf(Array.from({ length: 20 }, () => browser.request("/api/sessions")));
    expect(statuses).toEqual(Array(20).fill(200));
    expect(oidc.counts.refresh).toBe(1);
  });

  test("a server killed in the middle of a refresh signs nobody out: the other one takes over", async () => {
    const browser = await signInWithExpiredToken();
    await waitForExpiry();
    oidc.knobs.refreshDelayMs = 3_000;
    const victim = await startApp(await freePort(), settings);
    apps.push(victim);
    const doomed = createWebClient(victim.url, origin);
    for (const [name, value] of browser.cookies) doomed.cookies.set(name, value);
    const refreshesBefore = oidc.counts.refresh;
    const lost = doomed.request("/api/sessions").catch(() => undefined);
    await expect.poll(() => oidc.counts.refresh, { timeout: 5_000 }).toBe(refreshesBefore + 1);
    await victim.kill("SIGKILL");
    await lost;
    oidc.knobs.refreshDelayMs = 0;
    const killedMs = performance.now();
    const statuses = await statusesOf(Array.from({ length: 10 }, () => browser.request("/api/sessions")));
    expect(statuses).toEqual(Array(10).fill(200));
    expect(oidc.counts.refresh).toBe(refreshesBefore + 2);
    expect(performance.now() - killedMs).toBeLessThan(8_000);
  });

  test("a refresh that takes the provider four seconds is not taken over by the other server", async () => {
    const browser = await signInWithExpiredToken();
    await waitForExpiry();
    oidc.knobs.refreshDelayMs = 4_500;
    const refreshesBefore = oidc.counts.refresh;
    const statuses = await statusesOf(Array.from({ length: 10 }, () => browser.request("/api/sessions")));
    expect(statuses).toEqual(Array(10).fill(200));
    expect(oidc.counts.refresh).toBe(refreshesBefore + 1);
  });

  test("a provider that is down ends no session; one that has revoked the token ends it everywhere", async () => {
    const browser = await signInWithExpiredToken();
    await waitForExpiry();
    oidc.knobs.faults.token = "error-500";
    const down = await browser.request("/api/sessions");
    expect(down.status).toBe(503);
    expect(await down.json()).toMatchObject({ error: { code: "identity/unavailable" } });
    oidc.knobs.faults.token = "none";
    await expect.poll(() => browser.request("/api/sessions").then(({ status }) => status), { timeout: 15_000 }).toBe(200);
    oidc.knobs.tokenLifetimeS = 1;
    const other = client();
    await other.signIn();
    await waitForExpiry();
    oidc.refreshTokens.clear();
    const statuses = await statusesOf(Array.from({ length: 10 }, () => other.request("/api/sessions")));
    expect(statuses).toEqual(Array(10).fill(401));
  });

  test("keys rotate without signing anybody out; a dropped key signs out cleanly", async () => {
    const browser = client();
    await browser.signIn();
    const oldKey = settings.SESSION_KEYS ?? "";
    const newKey = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
    const rotated = await startApp(await freePort(), { ...settings, SESSION_KEYS: `${newKey},${oldKey}` });
    const dropped = await startApp(await freePort(), { ...settings, SESSION_KEYS: newKey });
    apps.push(rotated, dropped);
    front.setTargets([rotated.url]);
    expect((await browser.request("/api/session")).status).toBe(200);
    front.setTargets([dropped.url]);
    expect((await browser.request("/api/session")).status).toBe(401);
  });

  test("somebody signs in on one server and calls back on the other", async () => {
    const [first, second] = apps as [RunningApp, RunningApp];
    const browser = client();
    front.setTargets([first.url]);
    const back = await fetch(await browser.startSignIn("/devices"), { redirect: "manual" });
    front.setTargets([second.url]);
    const { pathname, search } = new URL(back.headers.get("location") ?? "");
    expect((await browser.request(`${pathname}${search}`)).headers.get("location")).toBe(`${origin}/devices`);
    expect((await browser.request("/api/session")).status).toBe(200);
  });
});
