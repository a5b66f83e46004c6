import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort, hasBuild, runApp, type RunningApp, startApp, tinySettings } from "../../support/app.ts";
import { startTinyAws, type TinyAws } from "../../support/tiny-aws.ts";
import { startTinyOidcProvider, type TinyOidcProvider } from "../../support/tiny-oidc-provider.ts";
import { createWebClient, type WebClient } from "../../support/web-client.ts";

const ROUTES: [string, string][] = [
  ["/api/session", "GET, POST"],
  ["/api/sessions", "GET"],
  ["/api/sessions/abc", "DELETE"],
  ["/api/credentials", "POST"],
  ["/api/health", "GET"],
];
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** One raw HTTP/1.1 exchange, for what fetch does not send. */
async function raw(url: string, head: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return await new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${head}\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`));
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("end", () => resolve(Buffer.concat(chunks).toString()));
    socket.on("error", reject);
  });
}

describe.skipIf(!hasBuild)("the server's addresses (needs a build)", () => {
  let oidc: TinyOidcProvider;
  let aws: TinyAws;
  let app: RunningApp;
  let origin: string;
  let settings: Record<string, string>;
  let browser: WebClient;

  beforeAll(async () => {
    [oidc, aws] = await Promise.all([startTinyOidcProvider(), startTinyAws()]);
    const port = await freePort();
    origin = `http://localhost:${port}`;
    settings = await tinySettings(origin, { oidc, aws });
    app = await startApp(port, settings);
    browser = createWebClient(app.url, origin);
    await browser.signIn();
  });
  afterAll(async () => {
    await Promise.allSettled([app.kill(), oidc.close(), aws.close()]);
  });

  test.each(ROUTES)("%s answers other methods with 405 and what it allows", async (path, allow) => {
    for (const method of METHODS.filter((each) => !allow.split(", ").includes(each))) {
      const response = await browser.request(path, { method, headers: { origin, "x-thingdeck": "1" } });
      expect(response.status, `${method} ${path}`).toBe(405);
      expect(response.headers.get("allow")).toBe(allow);
    }
    for (const method of ["TRACE", "PROPFIND"]) {
      const answer = await raw(app.url, `${method} ${path} HTTP/1.1`);
      expect(answer).toMatch(/^HTTP\/1\.1 405/);
      expect(answer.toLowerCase()).toContain(`allow: ${allow.toLowerCase()}`);
    }
  });

  test.each(["/api/sessions", "/api/session", "/api/connection"])(
    "%s without a cookie is 401 JSON without data, not stored",
    async (path) => {
      const response = await createWebClient(app.url, origin).request(path);
      expect(response.status).toBe(401);
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(Object.keys((await response.json()) as object)).toEqual(["error"]);
    },
  );

  const BODIES: [string, string, number][] = [
    ["1 MB", JSON.stringify({ reason: "x".repeat(1_000_000) }), 413],
    ["100,000 brackets", "[".repeat(60_000), 400],
    ["deep objects", '{"a":'.repeat(9_000), 400],
    ["duplicate keys", '{"reason":"start","reason":"refused"}', 400],
    ["duplicate keys by escape", '{"reason":"start","\\u0072eason":"refused"}', 400],
    ["a prototype key", '{"__proto__":{"role":"admin"}}', 400],
    ["wrong types", '{"reason":5}', 400],
    ["an array", "[]", 400],
    ["not JSON", "{", 400],
    ["not UTF-8", "\ud800", 400],
  ];
  test.each(BODIES)("a body of %s is refused fast and without an echo", async (_what, body, status) => {
    const startMs = performance.now();
    const headers = { "content-type": "application/json", "x-thingdeck": "1", origin };
    const response = await browser.request("/api/credentials", { method: "POST", headers, body });
    expect(response.status).toBe(status);
    expect((await response.text()).length).toBeLessThan(400);
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  const ANYTHING: [string, number[]][] = [
    ["/sign-in", [200, 307]],
    ["/", [200, 307]],
    ["/nowhere", [404]],
    ["/api/nowhere", [404]],
    ["/api/session", [200]],
    ["/api/auth/session", [200]],
    ["/api/auth/callback/cognito", [302]],
    ["/_next/static/nowhere.js", [404]],
    ["/%", [404]],
    ["/api/sessions/%E0%A4%A", [404]],
    ["/devices/", [308]],
    ["/api/session/", [308]],
    ["/_next/static/chunks/", [308]],
  ];
  test.each(ANYTHING)("%s carries the security headers whatever its status", async (path, statuses) => {
    const { status, headers } = await browser.request(path);
    expect(statuses).toContain(status);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("strict-transport-security")).toContain("includeSubDomains");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-powered-by")).toBeNull();
  });

  test("the policy's nonce is new in every answer, stands on every script, and nothing is unsafe", async () => {
    const pages = await Promise.all([1, 2].map(async () => await createWebClient(app.url, origin).request("/sign-in")));
    const policies = pages.map(({ headers }) => headers.get("content-security-policy") ?? "");
    const nonces = policies.map((policy) => /script-src 'nonce-([^']+)' 'strict-dynamic'/.exec(policy)?.[1]);
    expect(nonces[0]).not.toBe(nonces[1]);
    expect(policies[0]).not.toMatch(/script-src[^;]*unsafe/);
    const html = (await pages[0]?.text()) ?? "";
    const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    expect(scripts.length).toBeGreaterThan(0);
    for (const tag of scripts) expect(tag).toContain(`nonce="${nonces[0] ?? ""}"`);
    expect(html).not.toMatch(/eyJ[\w-]{20}|arn:aws|AKIA|ASIA/);
  });

  test.each(["/.//evil.example", "//evil.example", "/\\evil.example", "http://evil.example/", "*"])(
    "%s leads to no other origin",
    async (path) => {
      const answer = await raw(app.url, `GET ${path} HTTP/1.1`);
      expect(answer).not.toMatch(/^location: (?:https?:)?\/\/(?!localhost|127\.0\.0\.1)/im);
    },
  );

  const REQUIRED = [
    ...["APP_URL", "SESSION_KEYS", "AWS_REGION", "COGNITO_ISSUER", "COGNITO_CLIENT_ID", "IDENTITY_POOL_ID", "VIEWER_ROLE_ARN"],
    ...["CONTROL_ROLE_ARN", "MQTT_URL", "SITES", "SESSIONS_TABLE", "AUDIT_TABLE", "WORKSPACE_TABLE", "ALARMS_TABLE"],
  ];
  test.each(REQUIRED.filter((_name, index) => index % 4 === 0))("without %s the server does not start and says so", async (name) => {
    const { exitCode, output } = await runApp(Object.fromEntries(Object.entries(settings).filter(([key]) => key !== name)));
    expect(exitCode).not.toBe(0);
    expect(output).toContain(`${name} is missing`);
  });

  /** A request without its last bytes, to a server of its own. */
  async function halfSent() {
    const ending = await startApp(await freePort(), settings);
    const { hostname, port } = new URL(ending.url);
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", () => undefined);
    socket.write(
      `POST /api/csp-report HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/csp-report\r\nContent-Length: 2\r\n\r\n{`,
    );
    // The server has taken the half up when it has answered this one.
    expect((await createWebClient(ending.url, origin).request("/api/health")).status).toBe(200);
    const startMs = performance.now();
    const ended = ending.kill().then(() => performance.now() - startMs);
    // It takes no new connection any more.
    await expect
      .poll(() =>
        fetch(`${ending.url}/api/health`).then(
          ({ ok }) => ok,
          () => false,
        ),
      )
      .toBe(false);
    return { socket, ended, answer: () => Buffer.concat(chunks).toString() };
  }

  test("a server that is asked to end answers what it has in hand and closes the connection", async () => {
    const { socket, ended, answer } = await halfSent();
    socket.write("}");
    expect(await ended).toBeLessThan(5_000);
    expect(answer()).toMatch(/^HTTP\/1\.1 204/);
    expect(answer().toLowerCase()).toContain("connection: close");
  });

  test("a server that is asked to end does not wait for a request that is never sent to its end", async () => {
    const { socket, ended } = await halfSent();
    expect(await ended).toBeLessThan(20_000);
    socket.destroy();
  });
});
