import * as oidc from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBrowser } from "./support/browser.ts";
import { discover, signIn, startSignIn } from "./support/openid.ts";
import { CALLBACK, createWorld, PASSWORD, SIGNED_OUT, type World } from "./support/user-pool-world.ts";

let world: World;
let config: oidc.Configuration;

beforeAll(async () => {
  world = await createWorld();
  config = await discover(world);
});
afterAll(() => world.close());

const basic = (secret = world.clientSecret) => `Basic ${Buffer.from(`${world.clientId}:${secret}`).toString("base64")}`;
const post = (path: string, form: Record<string, string>, headers: Record<string, string> = { authorization: basic() }) =>
  fetch(`${world.domainOrigin}${path}`, { method: "POST", body: new URLSearchParams(form), headers });
const authorize = (parameters: Record<string, string>) =>
  fetch(`${world.domainOrigin}/oauth2/authorize?${new URLSearchParams(parameters).toString()}`, { redirect: "manual" });
const good = () => ({ client_id: world.clientId, redirect_uri: CALLBACK, response_type: "code", scope: "openid", state: "s t&=" });

async function freshCode(extra: Record<string, string> = {}) {
  const browser = createBrowser();
  const { url } = await startSignIn(config, extra);
  await browser.goto(url);
  const page = await browser.submit({ username: "ada", password: PASSWORD }, "/login");
  return new URL(page.url).searchParams.get("code") ?? "";
}

describe("/oauth2/authorize", () => {
  it.each([
    ["an unregistered redirect_uri", { redirect_uri: "https://evil.example/" }, "redirect_mismatch"],
    ["a longer redirect_uri", { redirect_uri: `${CALLBACK}/x` }, "redirect_mismatch"],
    ["no redirect_uri", { redirect_uri: "" }, "invalid_request"],
    ["an unknown client", { client_id: "nobody" }, "invalid_client"],
  ])("never redirects to the application for %s", async (_what, change, error) => {
    const response = await authorize({ ...good(), ...change });
    expect(response.headers.get("location")).toMatch(new RegExp(`^/error\\?error=${error}`));
  });

  it.each([
    ["no response_type", { response_type: "" }, "invalid_request"],
    ["implicit flow that is not allowed", { response_type: "token" }, "unauthorized_client"],
    ["a plain challenge", { code_challenge: "x".repeat(43), code_challenge_method: "plain" }, "invalid_request"],
    ["a challenge without method", { code_challenge: "x".repeat(43) }, "invalid_request"],
    ["a method without challenge", { code_challenge_method: "S256" }, "invalid_request"],
    ["an unknown scope", { scope: "openid everything" }, "invalid_scope"],
    ["claims without openid", { scope: "email" }, "invalid_scope"],
    ["an identity provider it does not have", { identity_provider: "Google" }, "invalid_request"],
    ["prompt=none without a session", { prompt: "none" }, "login_required"],
  ])("tells the application about %s, with its state", async (_what, change, error) => {
    const location = new URL((await authorize({ ...good(), ...change })).headers.get("location") ?? "");
    expect(`${location.origin}${location.pathname}`).toBe(CALLBACK);
    expect(location.searchParams.get("error")).toBe(error);
    expect(location.searchParams.get("state")).toBe("s t&=");
  });

  it("refuses a parameter that comes twice", async () => {
    const query = new URLSearchParams(good());
    query.append("redirect_uri", "https://evil.example/");
    const response = await fetch(`${world.domainOrigin}/oauth2/authorize?${query.toString()}`, { redirect: "manual" });
    expect(response.headers.get("location")).toMatch(/^\/error\?error=invalid_request/);
  });

  it("carries login_hint into the page, inert", async () => {
    const page = await createBrowser().goto((await startSignIn(config, { login_hint: `"><script>alert(1)</script>` })).url);
    expect(page.text).not.toContain("<script>");
    expect(page.text).toContain("&quot;&gt;&lt;script&gt;");
  });
});

describe("/oauth2/token", () => {
  it.each([
    ["a wrong secret", () => ({ authorization: basic("wrong") }), {}, "invalid_client"],
    ["no client", () => ({}), {}, "invalid_request"],
    ["an unknown grant type", () => ({ authorization: basic() }), { grant_type: "password" }, "unsupported_grant_type"],
    ["no grant type", () => ({ authorization: basic() }), { grant_type: "" }, "unsupported_grant_type"],
    ["client credentials", () => ({ authorization: basic() }), { grant_type: "client_credentials" }, "unauthorized_client"],
    ["a made-up code", () => ({ authorization: basic() }), { code: "nonsense" }, "invalid_grant"],
  ])("answers %s with HTTP 400 and the bare error", async (_what, headers, change, error) => {
    const form = { grant_type: "authorization_code", code: "c", redirect_uri: CALLBACK, ...change };
    const response = await post("/oauth2/token", form, headers());
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/json;charset=UTF-8");
    expect(await response.json()).toEqual({ error });
  });

  it.each([
    ["a wrong verifier", { code_verifier: "w".repeat(43) }],
    ["no verifier", {}],
    ["another redirect_uri", { redirect_uri: "http://localhost:3999/other", code_verifier: "w".repeat(43) }],
  ])("spends the code on %s", async (_what, change) => {
    const code = await freshCode();
    const form = { grant_type: "authorization_code", code, redirect_uri: CALLBACK, ...change };
    expect(await (await post("/oauth2/token", form)).json()).toEqual({ error: "invalid_grant" });
    expect(await (await post("/oauth2/token", form)).json()).toEqual({ error: "invalid_grant" });
  });

  it("refuses a code five minutes old, and a body in another form", async () => {
    const code = await freshCode({ code_challenge: "", code_challenge_method: "" });
    world.clock.setOffsetMs(5 * 60_000);
    expect(await (await post("/oauth2/token", { grant_type: "authorization_code", code, redirect_uri: CALLBACK })).json()).toEqual({
      error: "invalid_grant",
    });
    world.clock.setOffsetMs(0);
    const json = await fetch(`${world.domainOrigin}/oauth2/token`, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    expect(json.status).toBe(415);
  });

  it("accepts the client's secret in the body too", async () => {
    const { tokens } = await signIn(config);
    const form = {
      grant_type: "refresh_token",
      refresh_token: tokens.refresh_token ?? "",
      client_id: world.clientId,
      client_secret: world.clientSecret,
    };
    expect((await post("/oauth2/token", form, {})).status).toBe(200);
  });

  it("ends a refresh token with its user: disabled, enabled again, signed out everywhere", async () => {
    const { tokens } = await signIn(config);
    const refresh = async () =>
      (await post("/oauth2/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token ?? "" })).status;
    expect(await refresh()).toBe(200);
    await world.verb("disable-user", { username: "ada" });
    expect(await refresh()).toBe(400);
    await world.verb("disable-user", { username: "ada", disabled: false });
    expect(await refresh()).toBe(400);
  });
});

describe("rotation", () => {
  it("hands out a successor, honours the old token in its grace, and ends the sign-in when it comes back later", async () => {
    const rotating = await createWorld({
      client: {
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
        RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 10 },
      },
    });
    const rotatingConfig = await discover(rotating);
    const { tokens } = await signIn(rotatingConfig);
    const first = tokens.refresh_token ?? "";
    const successor = (await oidc.refreshTokenGrant(rotatingConfig, first)).refresh_token ?? "";
    expect(successor).not.toBe("");
    expect((await oidc.refreshTokenGrant(rotatingConfig, first)).refresh_token).toBeDefined();
    rotating.clock.setOffsetMs(11_000);
    await expect(oidc.refreshTokenGrant(rotatingConfig, first)).rejects.toMatchObject({ error: "invalid_grant" });
    await expect(oidc.refreshTokenGrant(rotatingConfig, successor)).rejects.toMatchObject({ error: "invalid_grant" });
    await rotating.close();
  });
});

describe("/oauth2/revoke and /oauth2/userInfo", () => {
  it("end one sign-in and leave the user's others", async () => {
    const [one, other] = [await signIn(config), await signIn(config)];
    const userInfo = (token: string) => fetch(`${world.domainOrigin}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } });
    expect(await (await userInfo(one.tokens.access_token)).json()).toMatchObject({
      sub: world.adaSub,
      email_verified: "true",
      username: "ada",
    });
    const revoke = () => post("/oauth2/revoke", { token: one.tokens.refresh_token ?? "" });
    expect((await revoke()).status).toBe(200);
    expect((await revoke()).status).toBe(200);
    const refused = await userInfo(one.tokens.access_token);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect((await userInfo(other.tokens.access_token)).status).toBe(200);
    expect((await fetch(`${world.domainOrigin}/oauth2/userInfo`)).status).toBe(400);
    const [provider] = world.service.loginProviders();
    const login = await provider?.verifyIdToken(one.tokens.id_token ?? "");
    expect(login !== undefined && provider?.isSignedIn(login)).toBe(false);
  });

  it("refuse what is no refresh token, and a wrong client", async () => {
    const { tokens } = await signIn(config);
    const wrongKind = await post("/oauth2/revoke", { token: tokens.access_token });
    expect([wrongKind.status, await wrongKind.json()]).toEqual([400, { error: "unsupported_token_type" }]);
    const wrongClient = await post("/oauth2/revoke", { token: "x" }, { authorization: basic("wrong") });
    expect([wrongClient.status, await wrongClient.json()]).toEqual([401, { error: "invalid_client" }]);
    expect(await (await post("/oauth2/revoke", {})).json()).toEqual({ error: "invalid_request" });
  });
});

describe("/logout", () => {
  it("goes to registered sign-out URLs only", async () => {
    const logout = (query: string) => fetch(`${world.domainOrigin}/logout?client_id=${world.clientId}&${query}`, { redirect: "manual" });
    expect((await logout(`logout_uri=${encodeURIComponent(SIGNED_OUT)}`)).headers.get("location")).toBe(SIGNED_OUT);
    expect((await logout("logout_uri=https://evil.example")).headers.get("location")).toMatch(/^\/error\?error=redirect_mismatch/);
    expect((await logout("post_logout_redirect_uri=https://evil.example")).status).toBe(200);
  });
});

describe("forms", () => {
  it("are refused from another site, another browser, or without their token", async () => {
    const { url } = await startSignIn(config);
    const browser = createBrowser();
    await browser.goto(url);
    const login = browser.page.url;
    const send = (headers: Record<string, string>, form: Record<string, string> = {}) =>
      fetch(login, {
        method: "POST",
        redirect: "manual",
        body: new URLSearchParams({ username: "ada", password: PASSWORD, ...form }),
        headers,
      });
    const cookie = [...browser.cookies(world.domainOrigin)].map(([name, value]) => `${name}=${value}`).join("; ");
    const [, token = ""] = /name="_csrf" value="([^"]*)"/.exec(browser.page.text) ?? [];
    const refused = await Promise.all([
      send({ cookie }),
      send({}, { _csrf: token }),
      send({ cookie, origin: "https://evil.example" }, { _csrf: token }),
      send({ cookie, "sec-fetch-site": "cross-site" }, { _csrf: token }),
    ]);
    expect(refused.map((response) => response.headers.get("location")?.split("&")[0])).toEqual(Array(4).fill("/error?error=form_expired"));
    expect((await send({ cookie }, { _csrf: token })).headers.get("location")).toContain(`${CALLBACK}?code=`);
  });
});

describe("an outage", () => {
  it("comes and goes as the control endpoint asks", async () => {
    const discovery = `${world.issuer}/.well-known/openid-configuration`;
    await world.verb("idp-outage", { mode: "500", forMs: 60_000 });
    expect((await fetch(discovery)).status).toBe(500);
    await world.verb("idp-outage", { mode: "down", forMs: 60_000 });
    await expect(fetch(discovery)).rejects.toThrow();
    world.clock.setOffsetMs(7_200_000);
    await expect(fetch(discovery)).rejects.toThrow();
    world.clock.setOffsetMs(0);
    await world.verb("idp-outage", { mode: "html", forMs: 0 });
    expect((await fetch(discovery)).headers.get("content-type")).toContain("json");
  });
});

describe("a restart", () => {
  it("loses no user, key, client secret or refresh token", async () => {
    const before = await createWorld();
    const { tokens } = await signIn(await discover(before));
    const after = await createWorld({ directory: before.directory });
    expect([after.poolId, after.clientId, after.clientSecret, after.adaSub]).toEqual([
      before.poolId,
      before.clientId,
      before.clientSecret,
      before.adaSub,
    ]);
    const refreshed = await oidc.refreshTokenGrant(await discover(after), tokens.refresh_token ?? "");
    expect(refreshed.claims()?.sub).toBe(before.adaSub);
    await after.close();
    await before.close();
  });
});
