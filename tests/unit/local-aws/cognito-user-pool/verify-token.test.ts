import { createHmac, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import {
  toLoginError,
  TokenRefused,
  verifyToken,
  type VerificationKey,
} from "../../../../local-aws/cognito-user-pool/tokens/verify-token.ts";

const issuer = "http://127.0.0.1:4000/eu-west-1_AbCdEfGhI";
const nowMs = 1_790_000_000_000;
const nowSeconds = nowMs / 1000;
const pairs = { id: generateKeyPairSync("rsa", { modulusLength: 2048 }), access: generateKeyPairSync("rsa", { modulusLength: 2048 }) };
const keys: VerificationKey[] = [
  { kid: "id-key=", use: "id", publicKey: pairs.id.publicKey },
  { kid: "access-key=", use: "access", publicKey: pairs.access.publicKey },
];
const claims = { sub: "7b1c", iss: issuer, aud: "client", token_use: "id", iat: nowSeconds - 10, exp: nowSeconds + 3600 };

const sign = (payload: object, header: object = {}, use: "id" | "access" = "id") =>
  new SignJWT({ ...payload }).setProtectedHeader({ alg: "RS256", kid: `${use}-key=`, ...header }).sign(pairs[use].privateKey);
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const refusalOf = async (token: string) => {
  const error: unknown = await verifyToken(token, { keys, issuer, tokenUse: "id", nowMs }).catch((refusal: unknown) => refusal);
  if (error instanceof TokenRefused) return toLoginError(error).message;
  throw new Error("the token was accepted");
};

describe("the verifier of ID tokens", () => {
  it("accepts the pool's own token", async () => {
    await expect(verifyToken(await sign(claims), { keys, issuer, tokenUse: "id", nowMs })).resolves.toMatchObject({ sub: "7b1c" });
  });

  it.each([
    ["alg none", () => `${encode({ alg: "none", kid: "id-key=" })}.${encode(claims)}.`, "Not a valid OpenId Connect identity token."],
    [
      "alg none with a signature",
      async () => `${encode({ alg: "none", kid: "id-key=" })}.${encode(claims)}.${(await sign(claims)).split(".")[2] ?? ""}`,
      "Couldn't verify signed token.",
    ],
    ["HS256 keyed with the public key", () => signedByPublicKey(), "Couldn't verify signed token."],
    ["an unknown kid", () => sign(claims, { kid: "other" }), "Couldn't verify signed token."],
    ["no kid", () => sign(claims, { kid: undefined }), "Couldn't verify signed token."],
    [
      "a crit header",
      async () =>
        `${encode({ alg: "RS256", kid: "id-key=", crit: ["b64"], b64: true })}.${(await sign(claims)).split(".").slice(1).join(".")}`,
      "Couldn't verify signed token.",
    ],
    ["the access token's key", () => sign(claims, {}, "access"), "Couldn't verify signed token."],
    ["its own key in jwk and jku", () => foreignKey(), "Couldn't verify signed token."],
    [
      "an access token",
      () => sign({ ...claims, aud: undefined, token_use: "access", client_id: "client" }, {}, "access"),
      "Missing a required claim: aud",
    ],
    ["token_use access under the ID key", () => sign({ ...claims, token_use: "access" }), "Not a Cognito token."],
    ["another issuer", () => sign({ ...claims, iss: `${issuer}/` }), "Issuer doesn't match providerName"],
    ["an audience list", () => sign({ ...claims, aud: ["client", "other"] }), "Missing a required claim: aud"],
    ["expiry this very second", () => sign({ ...claims, exp: nowSeconds }), `Token expired: ${nowSeconds} >= ${nowSeconds}`],
    ["no expiry", () => sign({ ...claims, exp: undefined }), "Not a valid OpenId Connect identity token."],
    ["an expiry in words", () => sign({ ...claims, exp: "9999999999" as never }), "Not a valid OpenId Connect identity token."],
    ["iat ten minutes ahead", () => sign({ ...claims, iat: nowSeconds + 600 }), "Token is not yet valid."],
    ["nbf ten minutes ahead", () => sign({ ...claims, nbf: nowSeconds + 600 }), "Token is not yet valid."],
    ["no subject", () => sign({ ...claims, sub: undefined }), "Not a Cognito token."],
    ["nothing", () => "", "Not a valid OpenId Connect identity token."],
    ["five parts", () => "a.b.c.d.e", "Not a valid OpenId Connect identity token."],
    ["50 001 characters", () => "a".repeat(50_001), "Not a valid OpenId Connect identity token."],
    ["a JSON list as payload", () => `${encode({ alg: "RS256" })}.${encode([])}.AAAA`, "Not a valid OpenId Connect identity token."],
  ])("refuses %s in AWS's words", async (_what, make, text) => {
    expect(await refusalOf(await make())).toBe(`Invalid login token. ${text}`);
  });

  it("refuses every change of a single character", async () => {
    const token = await sign(claims);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.nat(alphabet.length - 1), async (at, pick) => {
        const changed = `${token.slice(0, at)}${alphabet.charAt(pick)}${token.slice(at + 1)}`;
        fc.pre(changed !== token);
        expect(await refusalOf(changed)).toContain("Invalid login token.");
      }),
      { numRuns: 300 },
    );
  });

  it("refuses a signature spelled with other spare bits", async () => {
    const token = await sign(claims);
    const last = token.slice(-1);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const sibling = alphabet.charAt(alphabet.indexOf(last) ^ 1);
    expect(await refusalOf(token.slice(0, -1) + sibling)).toContain("Invalid login token.");
  });
});

function signedByPublicKey(): string {
  const input = `${encode({ alg: "HS256", kid: "id-key=" })}.${encode(claims)}`;
  const pem = pairs.id.publicKey.export({ type: "spki", format: "pem" });
  return `${input}.${createHmac("sha256", pem).update(input).digest("base64url")}`;
}

function foreignKey(): Promise<string> {
  const foreign = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = foreign.publicKey.export({ format: "jwk" });
  const header = { alg: "RS256", kid: "id-key=", jwk: jwk as never, jku: "http://127.0.0.1:1/jwks.json", x5u: "http://127.0.0.1:1/x" };
  return new SignJWT(claims).setProtectedHeader(header).sign(foreign.privateKey);
}
