import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SESSION_COOKIE } from "../../../lib/platform/cookies.ts";
import { freePort, hasBuild, type RunningApp, startApp, tinySettings } from "../../support/app.ts";
import { startTinyAws, type TinyAws } from "../../support/tiny-aws.ts";
import { domainOf, startTinyOidcProvider, type TinyOidcProvider } from "../../support/tiny-oidc-provider.ts";
import { createWebClient, type WebClient } from "../../support/web-client.ts";

const MQTT_ORIGIN = "ws://127.0.0.1:9";

/** A policy's directives by name; a name that stands twice fails, because browsers heed only the first. */
function directivesOf(response: Response): Map<string, string[]> {
  const parts = (response.headers.get("content-security-policy") ?? "").split(";").map((part) => part.trim().split(/\s+/));
  const names = parts.map(([name = ""]) => name);
  expect(new Set(names).size, names.join()).toBe(names.length);
  return new Map(parts.map(([name = "", ...sources]) => [name, sources]));
}

describe.skipIf(!hasBuild)("the content policy (needs a build)", () => {
  let oidc: TinyOidcProvider;
  let aws: TinyAws;
  let app: RunningApp;
  let blind: RunningApp;
  let domain: string;
  let browser: WebClient;
  const stranger = (base = app) => createWebClient(base.url);

  beforeAll(async () => {
    [oidc, aws] = await Promise.all([startTinyOidcProvider(), startTinyAws()]);
    domain = await domainOf(oidc);
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const settings = await tinySettings(origin, { oidc, aws });
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    [app, blind] = await Promise.all([
      startApp(port, settings),
      startApp(await freePort(), { ...settings, AWS_ENDPOINT_URL_DYNAMODB: nowhere }),
    ]);
    browser = createWebClient(app.url, origin);
    await browser.signIn();
  });
  afterAll(async () => {
    await Promise.allSettled([app.kill(), blind.kill(), oidc.close(), aws.close()]);
  });

  const PAGES: [string, number, () => Promise<Response>][] = [
    ["the sign-in page", 200, () => stranger().request("/sign-in?error=refused")],
    ["a page of the deck", 200, () => browser.request("/account")],
    ["a redirect", 307, () => stranger().request("/devices")],
    ["a page that is not there", 404, () => browser.request("/nowhere")],
    [
      "a page whose session cannot be read",
      500,
      () => stranger(blind).request("/account", { headers: { cookie: `${SESSION_COOKIE}=${"A".repeat(43)}` } }),
    ],
  ];
  test.each(PAGES)("of %s (%i) lets run, load, connect and frame only what it must", async (_what, status, ask) => {
    const response = await ask();
    expect(response.status).toBe(status);
    const policy = directivesOf(response);
    const [nonce, ...rest] = policy.get("script-src") ?? [];
    expect(nonce).toMatch(/^'nonce-[\w+/]{22}=='$/);
    expect(rest).toEqual(["'strict-dynamic'"]);
    expect(policy.get("connect-src")).toEqual(["'self'", MQTT_ORIGIN]);
    expect(policy.get("form-action")).toEqual(["'self'", domain]);
    expect(policy.get("style-src-elem")).toEqual(["'self'", nonce]);
    for (const name of ["default-src", "base-uri", "object-src", "frame-src", "frame-ancestors"])
      expect([name, policy.get(name)]).toEqual([name, ["'none'"]]);
    expect(policy.get("report-uri")).toEqual(["/api/csp-report"]);
    const everything = [...policy.values()].flat();
    expect(everything.filter((source) => /unsafe-eval|unsafe-hashes|^\*$|^https?:$|^data:$/.test(source))).toEqual(["data:"]);
    expect([...policy].filter(([, sources]) => sources.includes("'unsafe-inline'")).map(([name]) => name)).toEqual(["style-src-attr"]);
    expect((await ask()).headers.get("content-security-policy")).not.toBe(response.headers.get("content-security-policy"));
  });

  const ANSWERS: [string, number, () => Promise<Response>][] = [
    ["an answer of the API", 200, () => browser.request("/api/session")],
    ["a refusal", 401, () => stranger().request("/api/sessions")],
    ["an unknown address of the API", 404, () => stranger().request("/api/nowhere/at/all")],
    ["another method", 405, () => stranger().request("/api/session", { method: "DELETE" })],
    ["an outage", 503, () => stranger(blind).request("/api/sessions", { headers: { cookie: `${SESSION_COOKIE}=${"A".repeat(43)}` } })],
    ["a sign-in's redirect", 302, () => stranger().request("/api/auth/callback/cognito?error=access_denied")],
  ];
  test.each(ANSWERS)("of %s (%i) allows nothing", async (_what, status, ask) => {
    const response = await ask();
    expect(response.status).toBe(status);
    const policy = directivesOf(response);
    expect(policy.get("frame-ancestors")).toEqual(["'none'"]);
    expect(policy.get("default-src")).toEqual(["'none'"]);
  });

  test("of a static file lets it run as our script only", async () => {
    const html = await (await stranger().request("/sign-in")).text();
    const [path = ""] = /\/_next\/static\/[^"]+\.js/.exec(html) ?? [];
    for (const each of [path, "/_next/static/nowhere.js", "/icon.svg"]) {
      const policy = directivesOf(await stranger().request(each));
      expect([each, policy.get("frame-ancestors")]).toEqual([each, ["'none'"]]);
      expect([...policy.values()].flat().join(" ")).not.toMatch(/unsafe-eval|\*/);
    }
  });

  test("the icon that browsers ask for unasked is there", async () => {
    const response = await stranger().request("/favicon.ico");
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
  });

  test("of the live worker lets it reach this server and the one socket, and browsers keep its script for good", async () => {
    const html = await (await browser.request("/devices")).text();
    const [path = ""] = /\/live\/worker-[0-9a-f]{16}\.js/.exec(html) ?? [];
    const response = await stranger().request(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    const policy = directivesOf(response);
    expect(Object.fromEntries(policy)).toEqual({
      "default-src": ["'none'"],
      "connect-src": ["'self'", MQTT_ORIGIN],
      "frame-ancestors": ["'none'"],
    });
  });

  test.each(["/sign-in", "/account", "/icon.svg", "/_next/static/x.js", "/nowhere"])(
    "%s is only read: 405 for other methods",
    async (path) => {
      for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        const response = await browser.request(path, { method });
        expect([method, response.status, response.headers.get("allow")]).toEqual([method, 405, "GET, HEAD"]);
      }
    },
  );

  const report = (body: string, type = "application/csp-report") =>
    stranger().request("/api/csp-report", { method: "POST", headers: { "content-type": type }, body });

  test("a violation is reported to us, and only its directive and origin are kept", async () => {
    const blocked = "https://evil.example/steal?token=eyJhbGciOiJSUzI1NiJ9.secret&X-Amz-Signature=abc";
    const old = {
      "csp-report": { "effective-directive": "script-src-elem", "blocked-uri": blocked, "document-uri": `${app.url}/?code=abc` },
    };
    expect((await report(JSON.stringify(old))).status).toBe(204);
    const next = [{ type: "csp-violation", body: { effectiveDirective: 'img-src\n{"level":50}', blockedURL: blocked } }];
    expect((await report(JSON.stringify(next), "application/reports+json")).status).toBe(204);
    await expect.poll(() => app.output()).toContain('"directive":"script-src-elem","blocked":"https://evil.example"');
    expect(app.output()).not.toMatch(/steal|eyJhbG|X-Amz-Signature=a/);
  });

  test("a report that is no report, too large, or one of too many is swallowed", async () => {
    const lines = () => app.output().split("content policy refused").length;
    for (const body of ["", "{", "[".repeat(10_000), "x".repeat(2_000_000), '{"csp-report":5}'])
      expect((await report(body)).status).toBe(204);
    const before = lines();
    const small = JSON.stringify({ "csp-report": { "effective-directive": "img-src", "blocked-uri": "data" } });
    await Promise.all(Array.from({ length: 200 }, () => report(small)));
    expect(lines() - before).toBeLessThan(60);
    expect((await browser.request("/api/session")).status).toBe(200);
  });
});
