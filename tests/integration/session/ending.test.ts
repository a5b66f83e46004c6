import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SESSION_COOKIE } from "../../../lib/platform/cookies.ts";
import { freePort, hasBuild, type RunningApp, startApp, tinySettings } from "../../support/app.ts";
import { startTinyAws, type TinyAws } from "../../support/tiny-aws.ts";
import { domainOf, startTinyOidcProvider, type TinyOidcProvider } from "../../support/tiny-oidc-provider.ts";
import { changeSessionRow, listedHashes, removeSessionRow, sessionHashOf } from "../../support/session-rows.ts";
import { createWebClient, type WebClient } from "../../support/web-client.ts";

interface Listed {
  sessions: { id: string; isCurrent: boolean }[];
}

describe.skipIf(!hasBuild)("ending a session (needs a build)", () => {
  let oidc: TinyOidcProvider;
  let aws: TinyAws;
  let app: RunningApp;
  let origin: string;
  const client = (): WebClient => createWebClient(app.url, origin);
  const signedIn = async () => {
    const browser = client();
    await browser.signIn();
    return browser;
  };
  const copyOf = (browser: WebClient) => {
    const copy = client();
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    return copy;
  };

  beforeAll(async () => {
    [oidc, aws] = await Promise.all([startTinyOidcProvider(), startTinyAws()]);
    const port = await freePort();
    origin = `http://localhost:${port}`;
    app = await startApp(port, await tinySettings(origin, { oidc, aws }));
  });
  afterAll(async () => {
    await Promise.allSettled([app.kill(), oidc.close(), aws.close()]);
  });
  beforeEach(() => {
    oidc.knobs.user = { sub: crypto.randomUUID(), groups: ["operators", "site-harbor"] };
  });

  test("sign-out revokes the token, leads through /logout, cuts MQTT off, and a copy of the cookie is worth nothing", async () => {
    const browser = await signedIn();
    const keys = (await (await browser.post("/api/credentials")).json()) as { clientIdPrefix: string };
    const tabId = crypto.randomUUID();
    await browser.post("/api/credentials", { tabId });
    const copy = copyOf(browser);
    const revokesBefore = oidc.counts.revoke;
    const answer = (await (await browser.signOut()).json()) as { url: string };
    const expected = new URL(`${await domainOf(oidc)}/logout`);
    expect(new URL(answer.url).href.split("?")[0]).toBe(expected.href);
    expect(new URL(answer.url).searchParams.get("logout_uri")).toBe(`${origin}/sign-in`);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
    expect(oidc.counts.revoke).toBe(revokesBefore + 1);
    expect(aws.kicked).toContain(`${keys.clientIdPrefix}${tabId}`);
    expect((await copy.request("/api/session")).status).toBe(401);
    expect((await copy.post("/api/credentials")).status).toBe(401);
  });

  test("nobody can have another's MQTT connection cut by announcing its client id", async () => {
    const browser = await signedIn();
    const foreign = await browser.post("/api/credentials", { tabId: "eu-west-1:00000000-0000-4000-8000-00000000dead-tab" });
    expect(foreign.status).toBe(400);
    const own = await browser.post("/api/credentials", { tabId: "harbor-pump-01" });
    const { clientIdPrefix } = (await own.json()) as { clientIdPrefix: string };
    const before = aws.kicked.length;
    await browser.signOut();
    expect(aws.kicked.slice(before)).toEqual([`${clientIdPrefix}harbor-pump-01`]);
  });

  test("a sign-out without the CSRF token or from another site ends nothing", async () => {
    const browser = await signedIn();
    const form = new URLSearchParams({ csrfToken: "guess" });
    expect((await browser.request("/api/auth/signout", { method: "POST", body: form, headers: { origin } })).status).toBe(403);
    expect(
      (await browser.request("/api/auth/signout", { method: "POST", body: form, headers: { origin: "https://evil.example" } })).status,
    ).toBe(403);
    expect((await browser.request("/api/auth/signout")).status).toBe(405);
    expect((await browser.request("/api/session")).status).toBe(200);
  });

  test("my sessions lists my own only, and ends one of them from the other", async () => {
    const [first, second] = [await signedIn(), await signedIn()];
    oidc.knobs.user = { sub: crypto.randomUUID(), groups: [] };
    const stranger = await signedIn();
    const list = (await (await first.request("/api/sessions")).json()) as Listed;
    expect(list.sessions).toHaveLength(2);
    const other = list.sessions.find(({ isCurrent }) => !isCurrent)?.id ?? "";
    const end = (browser: WebClient) =>
      browser.request(`/api/sessions/${other}`, { method: "DELETE", headers: { "x-thingdeck": "1", origin } });
    expect((await end(stranger)).status).toBe(404);
    expect((await second.request("/api/session")).status).toBe(200);
    expect((await end(first)).status).toBe(200);
    expect((await second.request("/api/session")).status).toBe(401);
    const page = await second.request("/devices?q=pump");
    expect([page.status, page.headers.get("location")]).toEqual([307, "/sign-in?callbackUrl=%2Fdevices%3Fq%3Dpump&error=ended"]);
    expect((await first.request("/api/session")).status).toBe(200);
  });

  const LIFETIMES = [
    ["was not used for the idle time", { lastSeenMs: -61 * 60_000 }],
    ["has reached its absolute end, however much it is used", { endsMs: -1 }],
    ["was never come back for", { isClaimed: false, lastSeenMs: -11 * 60_000 }],
  ] as const;
  test.each(LIFETIMES)("a session that %s is over, and its refresh token revoked", async (_what, change) => {
    const browser = await signedIn();
    expect((await browser.request("/api/session")).status).toBe(200);
    await changeSessionRow(aws, browser, change);
    const revokesBefore = oidc.counts.revoke;
    expect((await browser.request("/api/session")).status).toBe(401);
    expect((await browser.post("/api/credentials")).status).toBe(401);
    expect(oidc.counts.revoke).toBe(revokesBefore + 1);
  });

  test("looking at the session every moment does not keep it alive", async () => {
    const browser = await signedIn();
    await browser.request("/api/sessions");
    await changeSessionRow(aws, browser, { lastSeenMs: -60 * 60_000 + 2_500 });
    const statuses = async () => {
      const [own, nextAuth] = await Promise.all(["/api/session", "/api/auth/session"].map((path) => browser.request(path)));
      return [own?.status, await nextAuth?.json()] as const;
    };
    expect((await statuses())[0]).toBe(200);
    await expect.poll(statuses, { timeout: 5_000, interval: 200 }).toEqual([401, {}]);
  });

  test("a list of sessions clears away what is over, and what DynamoDB has expired", async () => {
    const sub = oidc.knobs.user.sub;
    const [kept, over, expired] = [await signedIn(), await signedIn(), await signedIn()];
    await Promise.all([kept, over, expired].map((browser) => browser.request("/api/session")));
    await changeSessionRow(aws, over, { lastSeenMs: -61 * 60_000 });
    await removeSessionRow(aws, expired);
    expect(((await (await kept.request("/api/sessions")).json()) as Listed).sessions).toHaveLength(1);
    expect(await listedHashes(aws, sub)).toEqual([sessionHashOf(kept)]);
  });

  const BROKEN_COOKIES = ["", "x", "A".repeat(43), "A".repeat(65_536), "%00", "eyJhbGciOiJkaXIifQ..a.b.c", "\u00ff".repeat(43)];
  test.each(BROKEN_COOKIES)("a broken cookie reads as signed out, never as an error", async (value) => {
    const headers = { cookie: `${SESSION_COOKIE}=${encodeURIComponent(value).slice(0, 12_000)}` };
    const answer = await client().request("/api/session", { headers });
    expect([401, 431]).toContain(answer.status);
  });

  test("a second cookie of the same name makes a browser signed out, not somebody else", async () => {
    const browser = await signedIn();
    const own = `${SESSION_COOKIE}=${browser.cookies.get(SESSION_COOKIE) ?? ""}`;
    expect((await client().request("/api/session", { headers: { cookie: `${own}; ${SESSION_COOKIE}=${"B".repeat(43)}` } })).status).toBe(
      401,
    );
    expect((await client().request("/api/session", { headers: { cookie: `${own}; ${SESSION_COOKIE}.1=tossed` } })).status).toBe(200);
    expect((await client().request("/api/session", { headers: { authorization: "Bearer eyJ.broken" } })).status).toBe(401);
  });
});
