import { IoTDataPlaneClient, GetThingShadowCommand, PublishCommand, UpdateThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { connectAsync, type MqttClient } from "mqtt";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { presignMqttUrl } from "../../../lib/connection/presign-mqtt-url.ts";
import { type CredentialsReply, credentialsReplySchema } from "../../../lib/credentials/credentials-reply.ts";
import { SESSION_COOKIE } from "../../../lib/platform/cookies.ts";
import { appSettings } from "../../../scripts/support/app-settings.ts";
import { type Browser, createBrowser, type Page } from "../cognito-user-pool/support/browser.ts";
import { freePort, hasBuild, type RunningApp, startApp } from "../../support/app.ts";
import { type RunningLocalAws, startLocalAws } from "../../support/local-aws.ts";
import { createWebClient, type WebClient } from "../../support/web-client.ts";

const PASSWORD = "Correct-Horse-42!";
const SECRETS =
  /eyJ[\w-]{10}|\bASIA[A-Z0-9]{12}|X-Amz-(?:Signature|Security-Token|Credential)=(?!\[)[^&\s"]|SessionToken"?\s*[:=]\s*"?[^[\s"]/;

/** The built server in front of the whole stand-in, with every way in switched on; what people do, over HTTP. */
describe.skipIf(!hasBuild)("the ways in (needs a build)", () => {
  let aws: RunningLocalAws;
  let app: RunningApp;
  let origin: string;
  const served: string[] = [];
  const opened: MqttClient[] = [];
  const client = (): WebClient => createWebClient(app.url, origin);

  beforeAll(async () => {
    const port = await freePort();
    origin = `http://localhost:${port}`;
    const context = ["selfSignUp=on", "guestSite=harbor", "totp=required"].flatMap((pair) => ["--context", pair]);
    aws = await startLocalAws({ args: ["--app-url", origin, ...context] });
    const sessionKeys = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
    app = await startApp(port, { ...appSettings(aws.info as never, { appUrl: origin, sessionKeys }), LOG_LEVEL: "debug" });
  });
  afterAll(async () => {
    for (const each of opened) each.end(true);
    await Promise.allSettled([app.kill("SIGKILL"), aws.remove()]);
  });

  const mailedCode = async (username: string) => {
    const { mails } = (await aws.control("mailbox")) as { mails: { username: string; code: string }[] };
    return mails.find((mail) => mail.username === username)?.code ?? "";
  };
  /** The app's end of a sign-in that stands at its callback. */
  const comeBack = async (browser: WebClient, { url }: Page): Promise<Response> => {
    const { pathname, search } = new URL(url);
    expect(pathname).toBe("/api/auth/callback/cognito");
    return await browser.request(`${pathname}${search}`);
  };
  const enrol = async (hosted: Browser): Promise<{ page: Page; totp: TOTP }> => {
    const [, key = ""] = /<code>([A-Z2-7 ]+)<\/code>/.exec(hosted.page.text) ?? [];
    const totp = new TOTP({ secret: Secret.fromBase32(key.replaceAll(" ", "")) });
    return { page: await hosted.submit({ code: totp.generate() }, "/login/totp-setup"), totp };
  };
  const sessionOf = async (browser: WebClient) => {
    const text = await (await browser.request("/api/session")).text();
    served.push(text);
    return JSON.parse(text) as Record<string, unknown>;
  };
  const keysOf = async (browser: WebClient): Promise<CredentialsReply> =>
    credentialsReplySchema.parse(await (await browser.post("/api/credentials")).json());

  test("create an account: hosted page, mailed code, second factor, and a session that opens no site yet", async () => {
    const [browser, hosted] = [client(), createBrowser([origin])];
    const address = await browser.startSignIn("/devices", "?screen=sign-up");
    expect(new URL(address).pathname).toBe("/signup");
    await hosted.goto(address);
    await hosted.submit(
      { username: "nora", "attribute.email": "nora@example.com", "attribute.name": "Nora New", password: PASSWORD },
      "/signup",
    );
    await hosted.submit({ code: await mailedCode("nora") }, "/confirmUser");
    await hosted.submit({ username: "nora", password: PASSWORD }, "/login");
    const { page } = await enrol(hosted);
    expect((await comeBack(browser, page)).headers.get("location")).toBe(`${origin}/devices`);
    expect(await sessionOf(browser)).toMatchObject({ username: "nora", role: "operator", sites: [] });
    const refused = await browser.post("/api/credentials");
    expect([refused.status, await refused.json()]).toMatchObject([403, { error: { code: "credentials/no-sites" } }]);
  });

  test("forgot the password: hosted page, mailed code, new password, second factor from then on", async () => {
    const [browser, hosted] = [client(), createBrowser([origin])];
    const address = await browser.startSignIn("/account", "?screen=forgot-password");
    expect(new URL(address).pathname).toBe("/forgotPassword");
    await hosted.goto(address);
    await hosted.submit({ username: "otto" }, "/forgotPassword");
    const code = await mailedCode("otto");
    await hosted.submit({ code, new_password: PASSWORD, confirm_password: PASSWORD }, "/confirmforgotPassword");
    await hosted.submit({ username: "otto", password: PASSWORD }, "/login");
    const { page, totp } = await enrol(hosted);
    expect((await comeBack(browser, page)).headers.get("location")).toBe(`${origin}/account`);
    expect(await sessionOf(browser)).toMatchObject({ username: "otto", sites: [{ id: "harbor" }] });
    const account = await (await browser.request("/account")).text();
    expect(account).toContain("Authenticator app");
    served.push(account, await (await browser.request("/access")).text());

    const [again, asked] = [client(), createBrowser([origin])];
    await asked.goto(await again.startSignIn());
    expect((await asked.submit({ username: "otto", password: PASSWORD }, "/login")).url).not.toContain("/api/auth/callback");
    const next = totp.generate({ timestamp: Date.now() + 30_000 });
    await comeBack(again, await asked.submit({ code: next }, "/login/totp"));
    expect(again.cookies.has(SESSION_COOKIE)).toBe(true);
  });

  test("corporate sign-in goes straight to the provider, with PKCE, state and nonce, and says so on the access page", async () => {
    const [browser, hosted] = [client(), createBrowser([origin])];
    const address = new URL(await browser.startSignIn("/access", "?identity_provider=CorporateSSO"));
    expect(Object.fromEntries(address.searchParams)).toMatchObject({ identity_provider: "CorporateSSO", code_challenge_method: "S256" });
    for (const name of ["code_challenge", "state", "nonce"]) expect(address.searchParams.get(name)?.length).toBeGreaterThan(20);
    const login = await hosted.goto(address.href);
    expect(new URL(login.url).origin).toBe(aws.info.corporateSso.issuer);
    const [person] = aws.info.corporateSso.users;
    const page = await hosted.submit({ login: person?.username ?? "", password: person?.password ?? "" }, "/interaction/");
    expect((await comeBack(browser, page)).headers.get("location")).toBe(`${origin}/access`);
    expect(browser.cookies.has(SESSION_COOKIE)).toBe(true);
    const access = await (await browser.request("/access")).text();
    expect(access).toContain("CorporateSSO");
    served.push(access);
  });

  describe("a guest", () => {
    let guest: WebClient;
    let keys: CredentialsReply;
    const data = () =>
      new IoTDataPlaneClient({ region: keys.region, endpoint: aws.info.endpoints.iotData, credentials: keys.credentials, maxAttempts: 1 });
    const connectAs = async (clientId: string): Promise<MqttClient> => {
      const url = presignMqttUrl({ mqttUrl: keys.mqttUrl, region: keys.region, keys: keys.credentials, nowMs: keys.serverTimeMs });
      const mqtt = await connectAsync(url, { clientId, protocolVersion: 5, reconnectPeriod: 0, connectTimeout: 3_000 });
      opened.push(mqtt);
      return mqtt;
    };

    beforeAll(async () => {
      guest = client();
      expect((await guest.post("/api/session", { kind: "guest" })).status).toBe(201);
      keys = await keysOf(guest);
    });

    test("sees the pages of the one public site, and none of the controls", async () => {
      expect(keys.sites.map(({ id }) => id)).toEqual(["harbor"]);
      for (const path of ["/", "/devices", "/access", "/account"]) {
        const page = await guest.request(path);
        const html = await page.text();
        served.push(html);
        expect([path, page.status]).toEqual([path, 200]);
        expect(html, path).not.toContain("Ridge cold store");
      }
      const text = JSON.stringify({ commandId: crypto.randomUUID(), changes: { power: true } });
      for (const [method, path] of [
        ["POST", "/api/things/harbor-pump-01/desired"],
        ["PUT", "/api/things/harbor-pump-01/lock"],
        ["POST", "/api/runs"],
        ["GET", "/api/audit"],
        ["PUT", "/api/views"],
      ] as const) {
        const body = method === "GET" ? {} : { body: path === "/api/views" ? JSON.stringify({ name: "x", search: "?a" }) : text };
        const headers = { "content-type": "application/json", "x-thingdeck": "1", origin };
        const refused = await guest.request(path, { method, headers, ...body });
        expect([path, refused.status]).toEqual([path, 403]);
      }
    });

    test("holds keys that follow this site and nothing else", async () => {
      const mqtt = await connectAs(`${keys.clientIdPrefix}${crypto.randomUUID()}`);
      const reasonOf = async (topic: string) => {
        const grants = await mqtt.subscribeAsync(topic, { qos: 0 }).catch(() => [{ qos: 135 }]);
        return grants[0]?.qos;
      };
      expect(await reasonOf("dt/harbor/+/telemetry")).toBe(0);
      for (const topic of ["dt/ridge/+/telemetry", "dt/+/+/telemetry", "#", "$aws/things/harbor-pump-01/shadow/#", "st/ridge/#"])
        expect([topic, await reasonOf(topic)]).toEqual([topic, 135]);
      await expect(connectAs("harbor-pump-01")).rejects.toThrow();
      await expect(connectAs("eu-west-1:00000000-0000-4000-8000-00000000dead-tab")).rejects.toThrow();
    });

    test("can publish, read or write a shadow nowhere", async () => {
      const payload = new TextEncoder().encode(JSON.stringify({ state: { desired: { power: false } } }));
      const thing = { thingName: "harbor-pump-01" };
      const commands = [new UpdateThingShadowCommand({ ...thing, payload }), new GetThingShadowCommand(thing)];
      for (const command of commands) await expect(data().send(command as never)).rejects.toMatchObject({ name: "ForbiddenException" });
      for (const topic of ["dt/harbor/harbor-pump-01/telemetry", "$aws/things/harbor-pump-01/shadow/update"])
        await expect(data().send(new PublishCommand({ topic, payload }))).rejects.toMatchObject({ name: "ForbiddenException" });
    });
  });

  test("after all this no page, answer or log, ours or the stand-in's, holds a token, key, password or signed address", async () => {
    for (const path of ["/api/nowhere", "/api/sessions/x", "/nowhere"]) served.push(await (await client().request(path)).text());
    expect(served.length).toBeGreaterThan(8);
    for (const text of [...served, app.output(), aws.log()]) {
      expect(SECRETS.exec(text)?.[0]).toBeUndefined();
      expect(text).not.toContain(PASSWORD);
    }
    expect(app.output() + aws.log()).not.toMatch(/__Host-thingdeck\.session=[\w-]{20}|[?&](?:code|state)=[\w-]{16}/);
  });
});
