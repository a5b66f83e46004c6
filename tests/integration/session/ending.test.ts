import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SESSION_COOKIE } from "../../../lib/platform/cookies.ts";
import { freePort, hasBuild, type RunningApp, startApp, tinySettings } from "../../support/app.ts";
import { startTinyAws, type TinyAws } from "../../support/tiny-aws.ts";
import { domainOf, startTinyOidcProvider, type TinyOidcProvider } from "../../support/tiny-oidc-provider.ts";
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
    const clientId = `${keys.clientIdPrefix}${crypto.randomUUID()}`;
    await browser.post("/api/credentials", { clientId });
    const copy = copyOf(browser);
    const revokesBefore = oidc.counts.revoke;
    const answer = (await (await browser.signOut()).json()) as { url: string };
    const expected = new URL(`${await domainOf(oidc)}/logout`);
    expect(new URL(answer.url).href.split("?")[0]).toBe(expected.href);
    expect(new URL(answer.url).searchParams.get("logout_uri")).toBe(`${origin}/sign-in`);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
    expect(oidc.counts.revoke).toBe(revokesBefore + 1);
    expect(aws.kicked).toContain(clientId);
    expect((await copy.request("/api/session")).status).toBe(401);
    expect((await copy.post("/api/credentials")).status).toBe(401);
  });

  test("nobody can have another's MQTT connection cut by announcing its client id", async () => {
    const browser = await signedIn();
    await browser.post("/api/credentials", { clientId: "eu-west-1:00000000-0000-4000-8000-00000000dead-tab" });
    await browser.post("/api/credentials", { clientId: "harbor-pump-01" });
    const before = aws.kicked.length;
    await browser.signOut();
    expect(aws.kicked.slice(before)).toEqual([]);
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

  test("a session ends when it is not used, and at its absolute end although it is", async () => {
    const port = await freePort();
    const shortOrigin = `http://localhost:${port}`;
    const short = await startApp(port, await tinySettings(shortOrigin, { oidc, aws, overrides: { SESSION_IDLE_MINUTES: "1" } }));
    try {
      const browser = createWebClient(short.url, shortOrigin);
      await browser.signIn();
      const startMs = Date.now();
      await expect.poll(() => browser.request("/api/session").then(({ status }) => status), { timeout: 75_000, interval: 5_000 }).toBe(401);
      expect(Date.now() - startMs).toBeGreaterThan(55_000);
    } finally {
      await short.kill();
    }
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
