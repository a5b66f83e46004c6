import { AdminCreateUserCommand, CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBrowser, type Page } from "./support/browser.ts";
import { CALLBACK, createWorld, PASSWORD, type World } from "./support/user-pool-world.ts";

let world: World;
let query: string;

beforeAll(async () => {
  world = await createWorld({
    pool: { UserPoolName: "thingdeck", Schema: [{ Name: "email", Required: true }] },
    client: { WriteAttributes: ["email", "name"] },
  });
  query = new URLSearchParams({ client_id: world.clientId, redirect_uri: CALLBACK, response_type: "code", scope: "openid" }).toString();
});
afterAll(() => world.close());

async function mailedCode(username: string): Promise<string> {
  const { mails } = (await world.verb("mailbox")) as { mails: { username: string; code: string }[] };
  return mails.find((mail) => mail.username === username)?.code ?? "";
}

const noteOf = (page: Page) => /role="(?:alert|status)"\s*>([^<]*)</.exec(page.text)?.[1]?.trim();

describe("the hosted pages", () => {
  it("make an account, confirm it with the mailed code, and sign it in", async () => {
    const browser = createBrowser();
    await browser.goto(`${world.domainOrigin}/signup?${query}`);
    const weak = await browser.submit({ username: "sue", "attribute.email": "sue@example.com", password: "short" }, "/signup");
    expect([weak.status, noteOf(weak)]).toEqual([400, "That password is too weak. What it must have stands below it."]);
    expect(/id="password"[^>]*autofocus[^>]*aria-invalid="true"/.test(weak.text)).toBe(true);
    await browser.submit({ username: "sue", "attribute.email": "sue@example.com", password: PASSWORD }, "/signup");
    const wrong = await browser.submit({ code: "000000x" }, "/confirmUser");
    expect(noteOf(wrong)).toBe("That is not the code we sent. Check it, or ask for another below.");
    const confirmed = await browser.submit({ code: await mailedCode("sue") }, "/confirmUser");
    expect(noteOf(confirmed)).toBe("Your account is confirmed. Sign in to go on.");
    const signedIn = await browser.submit({ username: "sue", password: PASSWORD }, "/login");
    expect(signedIn.url).toContain(`${CALLBACK}?code=`);
  });

  it("lead an unconfirmed user from the sign-in to the code", async () => {
    const browser = createBrowser();
    await browser.goto(`${world.domainOrigin}/signup?${query}`);
    await browser.submit({ username: "una", "attribute.email": "una@example.com", password: PASSWORD }, "/signup");
    await browser.goto(`${world.domainOrigin}/login?${query}`);
    const page = await browser.submit({ username: "una", password: PASSWORD }, "/login");
    expect(page.url).toContain("/confirmUser?");
    await browser.submit({}, "/resendcode");
    expect(noteOf(await browser.submit({ code: await mailedCode("una") }, "/confirmUser"))).toContain("confirmed");
  });

  it("reset a forgotten password, and answer for a stranger as for a user", async () => {
    const notes = [];
    for (const username of ["ada", "stranger"]) {
      const browser = createBrowser();
      await browser.goto(`${world.domainOrigin}/forgotPassword?${query}`);
      const page = await browser.submit({ username }, "/forgotPassword");
      notes.push(noteOf(page)?.replace(/\S\*\*\*@\S\*\*\*/, "x"));
      if (username === "stranger") continue;
      const code = await mailedCode("ada");
      const differing = await browser.submit(
        { code, new_password: "Next-Password-22?", confirm_password: "other" },
        "/confirmforgotPassword",
      );
      expect(noteOf(differing)).toBe("The two passwords are not the same.");
      await browser.submit({ code, new_password: "Next-Password-22?", confirm_password: "Next-Password-22?" }, "/confirmforgotPassword");
      const signedIn = await browser.submit({ username: "ada@example.com", password: "Next-Password-22?" }, "/login");
      expect(signedIn.url).toContain(`${CALLBACK}?code=`);
    }
    expect(notes[0]).toBe(notes[1]);
  });

  it("make an invited user choose a password", async () => {
    const admin = new CognitoIdentityProviderClient({ region: "eu-west-1", endpoint: world.issuerOrigin, credentials: world.iam.rootKeys });
    const UserAttributes = [{ Name: "email", Value: "inga@example.com" }];
    await admin.send(new AdminCreateUserCommand({ UserPoolId: world.poolId, Username: "inga", UserAttributes }));
    const browser = createBrowser();
    await browser.goto(`${world.domainOrigin}/login?${query}`);
    await browser.submit({ username: "inga", password: await mailedCode("inga") }, "/login");
    const weak = await browser.submit({ new_password: "weakpassword", confirm_password: "weakpassword" }, "/login/new-password");
    expect(noteOf(weak)).toContain("too weak");
    const done = await browser.submit({ new_password: PASSWORD, confirm_password: PASSWORD }, "/login/new-password");
    expect(done.url).toContain(`${CALLBACK}?code=`);
  });

  it("enrol an authenticator where the pool demands one, and ask for it at the next sign-in", async () => {
    const strict = await createWorld({ pool: { MfaConfiguration: "ON", EnabledMfas: ["SOFTWARE_TOKEN_MFA"] } });
    const login = `${strict.domainOrigin}/login?${new URLSearchParams({ client_id: strict.clientId, redirect_uri: CALLBACK, response_type: "code" }).toString()}`;
    const browser = createBrowser();
    await browser.goto(login);
    const setup = await browser.submit({ username: "ada", password: PASSWORD }, "/login");
    expect(setup.url).not.toContain("session=");
    const [, key = ""] = /<code>([A-Z2-7 ]+)<\/code>/.exec(setup.text) ?? [];
    const totp = new TOTP({ secret: Secret.fromBase32(key.replaceAll(" ", "")) });
    expect(noteOf(await browser.submit({ code: "000000" }, "/login/totp-setup"))).toContain("Wait for the app’s next one");
    expect((await browser.submit({ code: totp.generate() }, "/login/totp-setup")).url).toContain(`${CALLBACK}?code=`);
    const second = createBrowser();
    await second.goto(login);
    await second.submit({ username: "ada", password: PASSWORD }, "/login");
    const done = await second.submit({ code: totp.generate({ timestamp: Date.now() + 30_000 }) }, "/login/totp");
    expect(done.url).toContain(`${CALLBACK}?code=`);
    await strict.close();
  });

  it("send the same guards with every page, errors included", async () => {
    for (const path of [`/login?${query}`, "/error?error=%3Cscript%3E", "/nowhere", "/local/mailbox"]) {
      const { headers, text } = await createBrowser().goto(world.domainOrigin + path);
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(text).not.toContain("<script");
    }
  });

  it("style themselves under their own policy: the stylesheet's digest is the one in the header", async () => {
    const { headers, text } = await createBrowser().goto(`${world.domainOrigin}/login?${query}`);
    const [, style = ""] = /<style>(.*?)<\/style>/s.exec(text) ?? [];
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(style))).toString("base64");
    expect(headers.get("content-security-policy")).toContain(`'sha256-${digest}'`);
  });

  it("show the mailbox under its own host name only", async () => {
    const { port } = new URL(world.domainOrigin);
    const { request } = await import("node:http");
    const status = await new Promise((resolve) => {
      request({ port, host: "127.0.0.1", path: "/local/mailbox", headers: { host: "rebound.example" } }, (response) =>
        resolve(response.statusCode),
      ).end();
    });
    expect(status).toBe(421);
  });
});
