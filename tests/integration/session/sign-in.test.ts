import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SESSION_COOKIE } from "../../../lib/platform/cookies.ts";
import { freePort, hasBuild, type RunningApp, startApp, tinySettings } from "../../support/app.ts";
import { startTinyAws, type TinyAws } from "../../support/tiny-aws.ts";
import { startTinyOidcProvider, type TinyOidcProvider } from "../../support/tiny-oidc-provider.ts";
import { createWebClient, type WebClient } from "../../support/web-client.ts";

describe.skipIf(!hasBuild)("signing in (needs a build)", () => {
  let oidc: TinyOidcProvider;
  let aws: TinyAws;
  let app: RunningApp;
  let origin: string;
  const client = (): WebClient => createWebClient(app.url, origin);
  const failureOf = (response: Response) => new URL(response.headers.get("location") ?? "", origin).searchParams.get("error");

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
    Object.assign(oidc.knobs, {
      claims: {},
      isForged: false,
      isStranger: false,
      faults: { discovery: "none", token: "none", jwks: "none" },
    });
  });

  test("a person signs in, keeps the way back, and only an opaque id is in the cookie", async () => {
    const browser = client();
    const back = await browser.signIn("/devices?q=pump");
    expect(back.status).toBe(302);
    expect(back.headers.get("location")).toBe(`${origin}/devices?q=pump`);
    expect(browser.cookies.get(SESSION_COOKIE)).toMatch(/^[\w-]{43}$/);
    const cookie = back.headers.getSetCookie().find((line) => line.startsWith(SESSION_COOKIE));
    expect(cookie).toMatch(/; Path=\/;/);
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/Secure/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    const session: unknown = await (await browser.request("/api/session")).json();
    expect(session).toMatchObject({ role: "operator", name: "Tiny Person", sites: [{ id: "harbor", label: "Harbor water works" }] });
  });

  test("the authorization request carries PKCE, state and nonce, and nothing a caller can choose", async () => {
    const address = new URL(
      await client().startSignIn("/", "?redirect_uri=https://evil.example&scope=admin&identity_provider=Evil&state=x"),
    );
    expect(address.searchParams.get("redirect_uri")).toBe(`${origin}/api/auth/callback/cognito`);
    expect(address.searchParams.get("scope")).toBe("openid email profile");
    expect(address.searchParams.get("identity_provider")).toBeNull();
    expect(address.searchParams.get("code_challenge_method")).toBe("S256");
    expect(address.searchParams.get("state")?.length).toBeGreaterThan(20);
    expect(address.searchParams.get("nonce")?.length).toBeGreaterThan(20);
  });

  test("Host and X-Forwarded-Host change no address", async () => {
    const headers = { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" };
    const { csrfToken } = (await (await client().request("/api/auth/csrf", { headers })).json()) as { csrfToken: string };
    expect(csrfToken).toBeTruthy();
    const browser = client();
    await browser.request("/api/auth/csrf", { headers });
    const location = await browser.startSignIn();
    expect(new URL(location).searchParams.get("redirect_uri")).toBe(`${origin}/api/auth/callback/cognito`);
  });

  test("a planted session cookie is replaced at sign-in", async () => {
    const browser = client();
    const planted = "A".repeat(43);
    browser.cookies.set(SESSION_COOKIE, planted);
    await browser.signIn();
    expect(browser.cookies.get(SESSION_COOKIE)).not.toBe(planted);
    const victim = client();
    victim.cookies.set(SESSION_COOKIE, planted);
    expect((await victim.request("/api/session")).status).toBe(401);
  });

  test("signing in again ends the session the browser had", async () => {
    const browser = client();
    await browser.signIn();
    const first = browser.cookies.get(SESSION_COOKIE) ?? "";
    await browser.signIn();
    const replay = client();
    replay.cookies.set(SESSION_COOKIE, first);
    expect((await replay.request("/api/session")).status).toBe(401);
  });

  const REFUSED: [string, Record<string, unknown>, string][] = [
    ["another issuer", { iss: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other" }, "refused"],
    ["another audience", { aud: "somebody-else" }, "refused"],
    ["an access token", { token_use: "access" }, "refused"],
    ["no token_use", { token_use: undefined }, "refused"],
    ["a replayed nonce", { nonce: "replayed" }, "refused"],
    ["no nonce", { nonce: undefined }, "refused"],
    ["no expiry", { exp: undefined }, "refused"],
    ["a wrong access token hash", { at_hash: "AAAAAAAAAAAAAAAAAAAAAA" }, "refused"],
    ["another authorized party", { azp: "somebody-else" }, "refused"],
    ["an expiry 15 s ago", { exp: Math.floor(Date.now() / 1000) - 15 }, "clock"],
    ["iat in ten minutes", { iat: Math.floor(Date.now() / 1000) + 600 }, "clock"],
    ["auth_time in ten minutes", { auth_time: Math.floor(Date.now() / 1000) + 600 }, "clock"],
    ["nbf in ten minutes", { nbf: Math.floor(Date.now() / 1000) + 600 }, "clock"],
  ];
  test.each(REFUSED)("an ID token with %s starts no session", async (_what, claims, failure) => {
    oidc.knobs.claims = claims;
    const browser = client();
    const back = await browser.signIn();
    expect(failureOf(back)).toBe(failure);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  test.each([undefined, "other"])("an ID token for several audiences must name us as its party, not %s", async (azp) => {
    oidc.knobs.claims = { aud: [oidc.clientId, "other"], azp };
    expect(failureOf(await client().signIn())).toBe("refused");
    oidc.knobs.claims = { aud: [oidc.clientId, "other"], azp: oidc.clientId };
    const browser = client();
    await browser.signIn();
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(true);
  });

  test("an ID token signed by a key of nobody starts no session", async () => {
    oidc.knobs.isForged = true;
    const browser = client();
    expect(failureOf(await browser.signIn())).toBe("refused");
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  test("a sign-in after the provider's keys were replaced works with one refetch", async () => {
    await client().signIn();
    await oidc.rotateKeys();
    const browser = client();
    await browser.signIn();
    expect((await browser.request("/api/session")).status).toBe(200);
  });

  test("a storm of tokens signed by keys of unknown names fetches the keys once at most", async () => {
    await client().signIn();
    oidc.knobs.isStranger = true;
    const before = oidc.counts.jwks;
    const failures = await Promise.all(Array.from({ length: 12 }, async () => failureOf(await client().signIn())));
    expect(failures.filter((failure) => failure !== "refused" && failure !== "unavailable")).toEqual([]);
    expect(oidc.counts.jwks - before).toBeLessThanOrEqual(2);
  });

  test("a callback in a browser that started nothing ends at the sign-in page without a session", async () => {
    const back = await fetch(await client().startSignIn(), { redirect: "manual" });
    const { pathname, search } = new URL(back.headers.get("location") ?? "");
    const clean = client();
    const answer = await clean.request(`${pathname}${search}`);
    expect(failureOf(answer)).toBe("interrupted");
    expect(clean.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  test("a code is good once, and a wrong state never", async () => {
    const browser = client();
    const back = await fetch(await browser.startSignIn(), { redirect: "manual" });
    const { searchParams } = new URL(back.headers.get("location") ?? "");
    const forged = await browser.request(`/api/auth/callback/cognito?code=${searchParams.get("code") ?? ""}&state=wrong`);
    expect(failureOf(forged)).toBe("interrupted");
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  test("what the provider says about an error is never shown", async () => {
    const answer = await client().request("/api/auth/callback/cognito?error=access_denied&error_description=<script>alert(1)</script>");
    expect(answer.headers.get("location")).toBe("/sign-in?error=cancelled");
    const page = await (await client().request("/sign-in?error=<script>alert(1)</script>")).text();
    expect(page).not.toContain("<script>alert(1)");
  });

  const FAULTS = (["discovery", "token", "jwks"] as const).flatMap((where) =>
    (["error-500", "html", "hang", "drip"] as const).map((fault) => [where, fault] as const),
  );
  test.each(FAULTS)("a %s endpoint that answers with %s ends in plain words within 10 s", async (where, fault) => {
    // What was fetched before is kept, so only a server that has fetched nothing yet meets a fault of discovery or keys.
    const fresh = await freePort();
    const freshOrigin = where === "token" ? origin : `http://localhost:${fresh}`;
    const other = where === "token" ? app : await startApp(fresh, await tinySettings(freshOrigin, { oidc, aws }));
    try {
      oidc.knobs.faults[where] = fault;
      const browser = createWebClient(other.url, freshOrigin);
      const startMs = performance.now();
      const location = await browser.startSignIn();
      if (where === "discovery") {
        expect(failureOf(new Response(null, { headers: { location } }))).toBe("unavailable");
      } else {
        const back = await fetch(location, { redirect: "manual" });
        const { pathname, search } = new URL(back.headers.get("location") ?? "");
        expect(failureOf(await browser.request(`${pathname}${search}`))).toBe("unavailable");
      }
      expect(performance.now() - startMs).toBeLessThan(10_000);
      expect(browser.cookies.has(SESSION_COOKIE)).toBe(false);
      oidc.knobs.faults[where] = "none";
      await expect.poll(async () => (await browser.signIn(), browser.cookies.has(SESSION_COOKIE)), { timeout: 20_000 }).toBe(true);
    } finally {
      if (other !== app) await other.kill("SIGKILL");
    }
  });

  const HOSTILE = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/%09/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://localhost.evil.example",
    "http://localhost@evil.example",
    `/${"a".repeat(10_000)}`,
    "/%00",
    "/x%0d%0aSet-Cookie:a=b",
    "/\r\nSet-Cookie: a=b",
    "/%5cevil.example",
    "/.//evil.example",
  ];
  test.each(HOSTILE)("callbackUrl %j stays on this origin, by parameter and by cookie", async (callbackUrl) => {
    const byParameter = await client().signIn(callbackUrl);
    expect(new URL(byParameter.headers.get("location") ?? "", origin).origin).toBe(origin);
    expect(byParameter.headers.get("location")).not.toMatch(/evil/);
    const browser = client();
    browser.cookies.set("__Host-thingdeck.callback-url", encodeURIComponent(callbackUrl).slice(0, 6000));
    const signedOut = await browser.signOut();
    expect(signedOut.status).toBeLessThan(500);
    const page = await client().request(`/sign-in?callbackUrl=${encodeURIComponent(callbackUrl)}`);
    expect(page.status).toBeLessThan(500);
    const direct = await client().request(`/api/auth/signin?callbackUrl=${encodeURIComponent(callbackUrl)}`);
    expect(direct.status).toBeLessThan(500);
    expect(new URL(direct.headers.get("location") ?? "/", origin).origin).toBe(origin);
  });

  test("next-auth's session address tells and changes nothing", async () => {
    const browser = client();
    expect(await (await browser.request("/api/auth/session")).json()).toEqual({});
    await browser.signIn();
    const before = browser.cookies.get(SESSION_COOKIE);
    const body = JSON.stringify({ data: { role: "admin", groups: ["admins"] }, csrfToken: "x" });
    const forged = await browser.request("/api/auth/session", {
      method: "POST",
      headers: { "content-type": "application/json", origin },
      body,
    });
    expect(forged.status).toBe(405);
    const shown: unknown = await (await browser.request("/api/auth/session")).json();
    expect(Object.keys(shown as object).sort()).toEqual(["expires", "user"]);
    expect(browser.cookies.get(SESSION_COOKIE)).toBe(before);
    expect(await (await browser.request("/api/session")).json()).toMatchObject({ role: "operator" });
  });

  test("the log of it all holds no token, code or session id", () => {
    expect(app.output()).not.toMatch(/eyJ[\w-]{10}/);
    expect(app.output()).not.toMatch(/[?&](?:code|state)=[\w-]{8}/);
  });
});
