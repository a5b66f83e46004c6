import { JwtVerifier } from "aws-jwt-verify";
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

describe("signing in at the hosted page with code and PKCE", () => {
  it("hands an independent OpenID client tokens it accepts, with the claims of a user pool", async () => {
    const { tokens } = await signIn(config);
    const claims = tokens.claims();
    expect(claims).toMatchObject({
      iss: world.issuer,
      aud: world.clientId,
      sub: world.adaSub,
      token_use: "id",
      email: "ada@example.com",
      email_verified: true,
      name: "Ada Admin",
      "cognito:username": "ada",
      "cognito:groups": ["operators", "admins"],
      "cognito:preferred_role": "arn:aws:iam::123456789012:role/viewer",
    });
    expect(new Set(claims?.["cognito:roles"] as string[])).toEqual(
      new Set(["arn:aws:iam::123456789012:role/viewer", "arn:aws:iam::123456789012:role/control"]),
    );
    expect(tokens.expires_in).toBe(3600);
  });

  it("signs ID and access tokens with different keys, both of which aws-jwt-verify accepts", async () => {
    const { tokens } = await signIn(config);
    const options = { issuer: world.issuer, jwksUri: `${world.issuer}/.well-known/jwks.json` };
    const verifier = JwtVerifier.create({ ...options, audience: world.clientId });
    const jwks = (await (await fetch(options.jwksUri)).json()) as Parameters<typeof verifier.cacheJwks>[0];
    verifier.cacheJwks(jwks);
    await expect(verifier.verify(tokens.id_token ?? "")).resolves.toMatchObject({ sub: world.adaSub });
    const accessVerifier = JwtVerifier.create({ ...options, audience: null });
    accessVerifier.cacheJwks(jwks);
    await expect(accessVerifier.verify(tokens.access_token)).resolves.toMatchObject({ client_id: world.clientId, username: "ada" });
    const kid = (token = "") => (JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as { kid: string }).kid;
    expect(kid(tokens.id_token)).not.toBe(kid(tokens.access_token));
  });

  it("gives a code away once", async () => {
    const browser = createBrowser();
    const { url, finish } = await startSignIn(config);
    await browser.goto(url);
    const { url: callback } = await browser.submit({ username: "ada", password: PASSWORD }, "/login");
    await finish(callback);
    await expect(finish(callback)).rejects.toMatchObject({ error: "invalid_grant", status: 400 });
  });

  it("signs in again without a password within the hour, until /logout", async () => {
    const { browser } = await signIn(config);
    const again = await startSignIn(config);
    expect((await browser.goto(again.url)).url).toContain(`${CALLBACK}?code=`);
    const logout = `${world.domainOrigin}/logout?client_id=${world.clientId}&logout_uri=${encodeURIComponent(SIGNED_OUT)}`;
    expect((await browser.goto(logout)).url).toBe(SIGNED_OUT);
    expect((await browser.goto(again.url)).url).toContain("/login?");
  });

  it("tells a wrong password and an unknown user alike", async () => {
    const texts = await Promise.all(
      ["ada", "nobody"].map(async (username) => {
        const browser = createBrowser();
        await browser.goto((await startSignIn(config)).url);
        const page = await browser.submit({ username, password: "Wrong-Password-1!" }, "/login");
        expect(page.status).toBe(400);
        return /role="alert">([^<]*)</.exec(page.text)?.[1];
      }),
    );
    expect(texts).toEqual(["Incorrect username or password.", "Incorrect username or password."]);
  });

  it("refreshes without a new refresh token and keeps auth_time and origin_jti", async () => {
    const { tokens } = await signIn(config);
    const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? "");
    expect(refreshed.refresh_token).toBeUndefined();
    expect(refreshed.claims()).toMatchObject({ auth_time: tokens.claims()?.auth_time, origin_jti: tokens.claims()?.origin_jti });
  });
});
