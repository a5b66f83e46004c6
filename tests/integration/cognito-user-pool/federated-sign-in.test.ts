import * as oidc from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCorporateSso, type CorporateSso } from "../../../local-aws/corporate-sso/create-corporate-sso.ts";
import { createBrowser } from "./support/browser.ts";
import { discover, startSignIn } from "./support/openid.ts";
import { CALLBACK, createWorld, listen, type World } from "./support/user-pool-world.ts";

const world: { pool: World; sso: CorporateSso; config: oidc.Configuration; close: () => Promise<void> } = {} as never;

beforeAll(async () => {
  const served: { by?: CorporateSso } = {};
  const ssoHost = await listen((request, response) => served.by?.handler(request, response));
  const pool = await createWorld({
    client: { SupportedIdentityProviders: ["COGNITO", "CorporateSSO"] },
    provision: async (started) => {
      served.by = await createCorporateSso(started.context, { origin: ssoHost.origin, domainOrigin: started.domainOrigin });
      await started.apply("AWS::Cognito::UserPoolIdentityProvider", "Sso", {
        UserPoolId: started.poolId,
        ProviderName: "CorporateSSO",
        ProviderType: "OIDC",
        ProviderDetails: {
          client_id: served.by.clientId,
          client_secret: served.by.clientSecret,
          oidc_issuer: served.by.issuer,
          authorize_scopes: "openid email profile",
          attributes_request_method: "GET",
        },
        AttributeMapping: { email: "email", name: "name", username: "sub" },
      });
    },
  });
  if (served.by === undefined) throw new Error("the provider did not start");
  Object.assign(world, { pool, sso: served.by, config: await discover(pool) });
  world.close = async () => {
    ssoHost.server.closeAllConnections();
    await new Promise((resolve) => ssoHost.server.close(resolve));
    await pool.close();
  };
});
afterAll(() => world.close());

async function signInAtProvider(extra: Record<string, string> = {}, browser = createBrowser()) {
  const started = await startSignIn(world.config, { identity_provider: "CorporateSSO", ...extra });
  await browser.goto(started.url);
  const [carol] = world.sso.people;
  if (carol === undefined) throw new Error("nobody works there");
  const page = await browser.submit({ login: carol.username, password: carol.password }, "/interaction/");
  return { browser, carol, callback: page.url, finish: started.finish };
}

describe("signing in with an identity provider", () => {
  it("makes the person a user of the pool, named Provider_sub, with the identities claim and the provider's group", async () => {
    const { callback, carol, finish } = await signInAtProvider();
    const claims = (await finish(callback)).claims();
    expect(claims).toMatchObject({
      "cognito:username": `CorporateSSO_${carol.sub}`,
      "cognito:groups": [`${world.pool.poolId}_CorporateSSO`],
      email: carol.email,
      name: carol.name,
      identities: [{ userId: carol.sub, providerName: "CorporateSSO", providerType: "OIDC", issuer: null, primary: "true" }],
    });
    const again = await signInAtProvider();
    expect((await again.finish(again.callback)).claims()?.sub).toBe(claims?.sub);
  });

  it("puts a nonce into the ID token even when the application sent none", async () => {
    const { callback } = await signInAtProvider({ nonce: "", code_challenge: "", code_challenge_method: "" });
    const code = new URL(callback).searchParams.get("code") ?? "";
    const body = new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: CALLBACK });
    const authorization = `Basic ${Buffer.from(`${world.pool.clientId}:${world.pool.clientSecret}`).toString("base64")}`;
    const response = await fetch(`${world.pool.domainOrigin}/oauth2/token`, { method: "POST", body, headers: { authorization } });
    const { id_token: idToken } = (await response.json()) as { id_token: string };
    const claims = JSON.parse(Buffer.from(idToken.split(".")[1] ?? "", "base64url").toString()) as { nonce?: string };
    expect(claims.nonce).toMatch(/.{16,}/);
  });

  it("offers the provider as a button on the sign-in page", async () => {
    const browser = createBrowser();
    const page = await browser.goto((await startSignIn(world.config)).url);
    expect(page.text).toContain("Continue with Corporate SSO");
  });

  it("refuses a provider's answer in a browser that did not ask for it", async () => {
    const asker = createBrowser([world.pool.domainOrigin + "/never", "http://localhost:3999"]);
    const started = await startSignIn(world.config, { identity_provider: "CorporateSSO" });
    await asker.goto(started.url);
    const [, state] = /state=([\w-]+)/.exec(asker.page.text) ?? [];
    const page = await createBrowser().goto(`${world.pool.domainOrigin}/oauth2/idpresponse?code=stolen&state=${state ?? "x".repeat(43)}`);
    expect(page.url).toContain("/error?error=invalid_request");
    expect(page.status).toBe(400);
  });

  it("keeps the name after a wrong password, and hands the application a person's cancelling", async () => {
    const browser = createBrowser();
    await browser.goto((await startSignIn(world.config, { identity_provider: "CorporateSSO" })).url);
    const wrong = await browser.submit({ login: "carol", password: "wrong" }, "/interaction/");
    expect([wrong.status, wrong.text.includes(`value="carol"`)]).toEqual([400, true]);
    const cancelled = await browser.submit({ cancel: "yes" }, "/interaction/");
    expect(new URL(cancelled.url).searchParams.get("error_description")).toContain("access_denied");
  });

  it("hands the provider's refusal to the application as invalid_request", async () => {
    const browser = createBrowser([world.sso.issuer, "http://localhost:3999"]);
    await browser.goto((await startSignIn(world.config, { identity_provider: "CorporateSSO" })).url);
    const state = new URL(browser.page.url).searchParams.get("state") ?? "";
    const answer = new URLSearchParams({
      state,
      error: "access_denied",
      error_description: "<script>alert(1)</script>",
      iss: world.sso.issuer,
    });
    const page = await browser.goto(`${world.pool.domainOrigin}/oauth2/idpresponse?${answer.toString()}`);
    expect(new URL(page.url).searchParams.get("error")).toBe("invalid_request");
    expect(page.url.startsWith(CALLBACK)).toBe(true);
  });
});
