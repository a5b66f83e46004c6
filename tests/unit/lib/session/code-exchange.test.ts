import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CallbackInput, finishSignIn, type SignedIn } from "../../../../lib/session/code-exchange.server.ts";
import { createIdTokenVerifier } from "../../../../lib/session/id-token.server.ts";
import { createOidcProvider } from "../../../../lib/session/oidc-provider.server.ts";
import { classifySignInFailure } from "../../../../lib/session/sign-in-failure.ts";
import { startTinyOidcProvider, type TinyOidcProvider } from "../../../support/tiny-oidc-provider.ts";

const REDIRECT_URI = "http://localhost:3999/api/auth/callback/cognito";
const VERIFIER = "a-code-verifier-of-some-length-that-nobody-guesses";

describe("finishing a sign-in", () => {
  let oidc: TinyOidcProvider;
  let finish: (input: CallbackInput) => Promise<SignedIn>;

  beforeAll(async () => {
    oidc = await startTinyOidcProvider();
    const settings = { ...oidc, hostedUiUrl: undefined, isLocal: true };
    const provider = createOidcProvider(settings);
    const verify = createIdTokenVerifier(provider, settings, () => Date.now());
    finish = (input) => finishSignIn(input, { provider, verify });
  });
  afterAll(() => oidc.close());
  beforeEach(() => {
    Object.assign(oidc.knobs, { claims: {}, isStranger: false });
  });

  /** What the provider sends a browser back with, and what that browser's cookies hold. */
  async function started(): Promise<CallbackInput> {
    const { authorization_endpoint: endpoint } = (await (await fetch(`${oidc.issuer}/.well-known/openid-configuration`)).json()) as {
      authorization_endpoint: string;
    };
    const checks = { state: crypto.randomUUID(), nonce: crypto.randomUUID(), code_verifier: VERIFIER };
    const challenge = createHash("sha256").update(VERIFIER).digest("base64url");
    const query = new URLSearchParams({ redirect_uri: REDIRECT_URI, state: checks.state, nonce: checks.nonce, code_challenge: challenge });
    const back = await fetch(`${endpoint}?${query.toString()}`, { redirect: "manual" });
    const params = Object.fromEntries(new URL(back.headers.get("location") ?? "").searchParams);
    return { params, checks, redirectUri: REDIRECT_URI };
  }
  const failureOf = async (input: CallbackInput) => finish(input).then(() => "none", classifySignInFailure);

  test("gives the verified claims and both tokens", async () => {
    const { claims, refreshToken } = await finish(await started());
    expect(claims.sub).toBe(oidc.knobs.user.sub);
    expect(oidc.refreshTokens.has(refreshToken ?? "")).toBe(true);
  });

  test("takes a code once", async () => {
    const input = await started();
    await finish(input);
    expect(await failureOf(input)).toBe("interrupted");
  });

  const TAMPERED: [string, (input: CallbackInput) => CallbackInput, string][] = [
    ["another state", (input) => ({ ...input, params: { ...input.params, state: "other" } }), "interrupted"],
    [
      "no state on either side",
      ({ params: { code = "" }, checks: { nonce = "" }, redirectUri }) => ({ params: { code }, checks: { nonce }, redirectUri }),
      "interrupted",
    ],
    ["another browser's verifier", (input) => ({ ...input, checks: { ...input.checks, code_verifier: "other" } }), "interrupted"],
    ["another redirect address", (input) => ({ ...input, redirectUri: `${REDIRECT_URI}/` }), "interrupted"],
    ["another browser's nonce", (input) => ({ ...input, checks: { ...input.checks, nonce: "other" } }), "refused"],
    ["the answer of another issuer", (input) => ({ ...input, params: { ...input.params, iss: "https://other.example" } }), "refused"],
    ["a refusal by the person", (input) => ({ ...input, params: { ...input.params, error: "access_denied" } }), "cancelled"],
  ];
  test.each(TAMPERED)("refuses %s", async (_what, tamper, failure) => {
    expect(await failureOf(tamper(await started()))).toBe(failure);
  });

  test("refuses a token without the nonce it was asked to carry", async () => {
    oidc.knobs.claims = { nonce: undefined };
    expect(await failureOf(await started())).toBe("refused");
  });

  test("names the clock for a token that is over before it began", async () => {
    const nowS = Math.floor(Date.now() / 1000);
    oidc.knobs.claims = { exp: nowS - 15 };
    expect(await failureOf(await started())).toBe("clock");
    oidc.knobs.claims = { iat: nowS + 600 };
    expect(await failureOf(await started())).toBe("clock");
  });

  test("fetches the keys once for many sign-ins, once more after a rotation, and not again for a storm of unknown ones", async () => {
    await finish(await started());
    const before = oidc.counts.jwks;
    for (const input of await Promise.all([started(), started(), started()])) await finish(input);
    expect(oidc.counts.jwks).toBe(before);
    await oidc.rotateKeys();
    await finish(await started());
    expect(oidc.counts.jwks).toBe(before + 1);
    oidc.knobs.isStranger = true;
    for (const input of await Promise.all(Array.from({ length: 10 }, started)))
      expect(["refused", "unavailable"]).toContain(await failureOf(input));
    expect(oidc.counts.jwks).toBeLessThanOrEqual(before + 2);
  });
});
