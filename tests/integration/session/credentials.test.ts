import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freePort, hasBuild, type RunningApp, startApp, tinySettings } from "../../support/app.ts";
import { startTinyAws, type TinyAws } from "../../support/tiny-aws.ts";
import { startTinyOidcProvider, type TinyOidcProvider } from "../../support/tiny-oidc-provider.ts";
import { changeSessionRow } from "../../support/session-rows.ts";
import { createWebClient, type WebClient } from "../../support/web-client.ts";

interface Keys {
  credentials: { accessKeyId: string; expiresAtMs: number };
  identityId: string;
  clientIdPrefix: string;
  serverTimeMs: number;
  sites: { id: string }[];
}

describe.skipIf(!hasBuild)("keys for the browser (needs a build)", () => {
  let oidc: TinyOidcProvider;
  let aws: TinyAws;
  let app: RunningApp;
  let origin: string;
  const client = (): WebClient => createWebClient(app.url, origin);
  const signedIn = async (groups: string[], sub = crypto.randomUUID()) => {
    oidc.knobs.user = { sub, groups };
    const browser = client();
    await browser.signIn();
    return browser;
  };
  const keysOf = async (response: Response) => (await response.json()) as Keys;

  beforeAll(async () => {
    [oidc, aws] = await Promise.all([startTinyOidcProvider(), startTinyAws()]);
    const port = await freePort();
    origin = `http://localhost:${port}`;
    app = await startApp(port, await tinySettings(origin, { oidc, aws, overrides: { GUEST_SITE: "harbor" } }));
  });
  afterAll(async () => {
    await Promise.allSettled([app.kill(), oidc.close(), aws.close()]);
  });
  beforeEach(() => {
    oidc.knobs.claims = {};
    Object.assign(aws.knobs, { throttleCount: 0, keyLifetimeMs: 3_600_000, refusal: undefined, clockOffsetMs: 0 });
  });

  test("an operator gets viewer keys, own sites and exactly the policies of these sites", async () => {
    const browser = await signedIn(["operators", "site-harbor"]);
    const response = await browser.post("/api/credentials");
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const keys = await keysOf(response);
    expect(keys).toMatchObject({ region: "eu-west-1", sites: [{ id: "harbor" }], telemetryTopic: "dt/{site}/{thing}/telemetry" });
    expect(keys.clientIdPrefix).toBe(`${keys.identityId}-`);
    expect([...(aws.attached.get(keys.identityId) ?? [])]).toEqual(["thingdeck-site-harbor"]);
    expect(aws.roleArns.at(-1)).toBe("arn:aws:iam::000000000000:role/viewer");
  });

  test("a page begins the exchange that its worker is about to ask for, and the question finds it made", async () => {
    const browser = await signedIn(["operators", "site-harbor"]);
    const { getCredentials } = aws.counts;
    expect((await browser.request("/devices")).status).toBe(200);
    await expect.poll(() => aws.counts.getCredentials).toBe(getCredentials + 1);
    expect((await browser.post("/api/credentials")).status).toBe(200);
    expect(aws.counts.getCredentials).toBe(getCredentials + 1);
  });

  test("an admin's identity also holds the control policy, all-sites holds one for all", async () => {
    const browser = await signedIn(["operators", "admins", "all-sites"]);
    const { identityId, sites } = await keysOf(await browser.post("/api/credentials"));
    expect(sites.map(({ id }) => id)).toEqual(["harbor", "ridge"]);
    expect([...(aws.attached.get(identityId) ?? [])].sort()).toEqual(["thingdeck-all-sites", "thingdeck-control"]);
  });

  test("a site taken away takes its policy and its open connections with it", async () => {
    const sub = crypto.randomUUID();
    const before = await signedIn(["operators", "site-harbor", "site-ridge"], sub);
    const { identityId, clientIdPrefix } = await keysOf(await before.post("/api/credentials"));
    await before.post("/api/credentials", { tabId: "tab" });
    const after = await signedIn(["operators", "site-ridge"], sub);
    expect((await after.post("/api/credentials")).status).toBe(200);
    expect([...(aws.attached.get(identityId) ?? [])]).toEqual(["thingdeck-site-ridge"]);
    expect(aws.kicked).toContain(`${clientIdPrefix}tab`);
  });

  test("the last site taken away takes its policy too, though there are no keys to ask for any more", async () => {
    const sub = crypto.randomUUID();
    const { identityId } = await keysOf(await (await signedIn(["operators", "site-harbor"], sub)).post("/api/credentials"));
    expect((await (await signedIn(["operators"], sub)).post("/api/credentials")).status).toBe(403);
    expect([...(aws.attached.get(identityId) ?? [])]).toEqual([]);
  });

  test("a session with an older token does not bring back what a newer one has shown to be gone", async () => {
    const sub = crypto.randomUUID();
    oidc.knobs.claims = { iat: Math.floor(Date.now() / 1000) - 5 };
    const older = await signedIn(["operators", "site-harbor", "site-ridge"], sub);
    const { identityId } = await keysOf(await older.post("/api/credentials"));
    oidc.knobs.claims = {};
    await (await signedIn(["operators", "site-ridge"], sub)).post("/api/credentials");
    for (const reason of ["start", "refused"]) await older.post("/api/credentials", { reason });
    expect([...(aws.attached.get(identityId) ?? [])]).toEqual(["thingdeck-site-ridge"]);
  });

  test("an open tab follows a change of groups by itself: its look at the session renews a token of over five minutes", async () => {
    const user = { sub: crypto.randomUUID(), groups: ["operators", "site-harbor", "site-ridge"] };
    oidc.knobs.user = user;
    const browser = client();
    await browser.signIn();
    const { identityId } = await keysOf(await browser.post("/api/credentials"));
    user.groups = ["operators", "site-harbor"];
    await expect.poll(() => browser.request("/api/session").then(() => aws.attached.get(identityId)?.size), { timeout: 600 }).toBe(2);
    await changeSessionRow(aws, browser, { tokenObtainedMs: -6 * 60_000 });
    await expect.poll(() => browser.request("/api/session").then(() => aws.attached.get(identityId)?.size), { timeout: 8_000 }).toBe(1);
  });

  test("somebody of no site is told so and gets no keys", async () => {
    const browser = await signedIn(["operators"]);
    const response = await browser.post("/api/credentials");
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { code: "credentials/no-sites" } });
  });

  test("two hundred tabs at once: one lookup per person, and no refusal", async () => {
    const distinct: WebClient[] = [];
    for (const sub of ["one", "two", "three", "four"])
      distinct.push(await signedIn(["operators", "site-harbor"], `${sub}-${crypto.randomUUID()}`));
    const before = aws.counts.getId;
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async (_tab, index) => {
        const { status } = await (distinct[index % distinct.length] ?? client()).post("/api/credentials");
        return status;
      }),
    );
    expect([...new Set(statuses)]).toEqual([200]);
    expect(aws.counts.getId - before).toBe(distinct.length);
  });

  test("a page in a loop gets 429 with Retry-After while another person is served", async () => {
    const [loop, other] = [await signedIn(["operators", "site-harbor"]), await signedIn(["operators", "site-harbor"])];
    const answers = await Promise.all(Array.from({ length: 100 }, () => loop.post("/api/credentials")));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(5);
    expect(Number(limited[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await other.post("/api/credentials")).status).toBe(200);
  });

  test("three throttles then an answer: keys, without the page noticing", async () => {
    const browser = await signedIn(["operators", "site-harbor"]);
    aws.knobs.throttleCount = 3;
    expect((await browser.post("/api/credentials")).status).toBe(200);
  });

  test("a lasting throttle is said with a long wait and without asking on", async () => {
    const browser = await signedIn(["operators", "site-harbor"]);
    aws.knobs.throttleCount = 1_000;
    const response = await browser.post("/api/credentials");
    expect(response.status).toBe(503);
    const { error } = (await response.json()) as { error: { code: string; retryAfterMs: number } };
    expect(error.code).toBe("credentials/throttled");
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(30_000);
    expect(1_000 - aws.knobs.throttleCount).toBeLessThan(8);
  });

  test.each([undefined, -60_000, 1_000])("keys that end at %s ms are refused, not handed on", async (keyLifetimeMs) => {
    const browser = await signedIn(["operators", "site-harbor"]);
    aws.knobs.keyLifetimeMs = keyLifetimeMs;
    const response = await browser.post("/api/credentials");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: "credentials/unavailable" } });
  });

  test("the answer tells the cloud's time, not this server's", async () => {
    const browser = await signedIn(["operators", "site-harbor"]);
    aws.knobs.clockOffsetMs = 6 * 60_000;
    const { serverTimeMs } = await keysOf(await browser.post("/api/credentials"));
    expect(Math.abs(serverTimeMs - Date.now() - 6 * 60_000)).toBeLessThan(3_000);
  });

  test("a token the cloud refuses is renewed once, and a person signed out at the provider is signed out here", async () => {
    const browser = await signedIn(["operators", "site-harbor"]);
    aws.knobs.refusal = { name: "NotAuthorizedException", message: "Invalid login token. Token expired: 2 >= 1" };
    const refused = await browser.post("/api/credentials");
    expect([403, 503]).toContain(refused.status);
    expect(JSON.stringify(await refused.json())).not.toContain("Token expired");
  });

  test("a refused connection right after the first attach reads as being set up", async () => {
    const browser = await signedIn(["operators", "site-harbor"]);
    await browser.post("/api/credentials");
    const waiting = await browser.post("/api/credentials", { reason: "refused" });
    expect(waiting.status).toBe(202);
    expect(await waiting.json()).toMatchObject({ code: "credentials/setting-up" });
  });

  test("a guest sees the one public site with keys of nobody", async () => {
    const guest = client();
    expect((await guest.post("/api/session", { kind: "guest" })).status).toBe(201);
    expect(await (await guest.request("/api/session")).json()).toMatchObject({ role: "guest", sites: [{ id: "harbor" }] });
    const { identityId } = await keysOf(await guest.post("/api/credentials"));
    expect(aws.roleArns.at(-1)).toBeUndefined();
    expect(aws.attached.get(identityId)).toBeUndefined();
  });

  const FORGERIES: [string, RequestInit][] = [
    ["a form", { method: "POST", body: new URLSearchParams({ a: "b" }) }],
    ["text/plain", { method: "POST", body: "{}", headers: { "content-type": "text/plain", "x-thingdeck": "1" } }],
    [
      "another origin",
      { method: "POST", body: "{}", headers: { "content-type": "application/json", "x-thingdeck": "1", origin: "https://evil.example" } },
    ],
    ["origin null", { method: "POST", body: "{}", headers: { "content-type": "application/json", "x-thingdeck": "1", origin: "null" } }],
    [
      "a cross-site fetch",
      { method: "POST", body: "{}", headers: { "content-type": "application/json", "x-thingdeck": "1", "sec-fetch-site": "cross-site" } },
    ],
    ["no custom header", { method: "POST", body: "{}", headers: { "content-type": "application/json" } }],
  ];
  test.each(FORGERIES)("%s gets no keys", async (_what, init) => {
    const browser = await signedIn(["operators", "site-harbor"]);
    const response = await browser.request("/api/credentials", init);
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain("ASIA");
  });

  test("after all this the log holds no key, token or session id", () => {
    expect(app.output()).not.toMatch(/eyJ[\w-]{10}|ASIA[A-Z0-9]{8}|SessionToken"?\s*:\s*"[^[]/);
  });
});
