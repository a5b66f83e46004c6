import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assertPasswordConforms,
  describePasswordPolicy,
  generatePassword,
} from "../../../../local-aws/cognito-user-pool/passwords/password-policy.ts";
import { hashPassword, isPasswordCorrect } from "../../../../local-aws/cognito-user-pool/passwords/password-hash.ts";

const policy = {
  minimumLength: 12,
  requiresLowercase: true,
  requiresUppercase: true,
  requiresNumbers: true,
  requiresSymbols: true,
  temporaryPasswordValidityDays: 3,
};

describe("the password policy", () => {
  it.each([
    ["Aa1!", "Password not long enough"],
    ["HARBOR-WATER-77", "Password must have lowercase characters"],
    ["harbor-water-77", "Password must have uppercase characters"],
    ["Harbor-Water-SS", "Password must have numeric characters"],
    ["HarborWater7777", "Password must have symbol characters"],
  ])("refuses %s: %s", (password, reason) => {
    expect(() => assertPasswordConforms(password, policy)).toThrow(`Password did not conform with policy: ${reason}`);
  });

  it("counts an inner space as a symbol and refuses one at an edge", () => {
    expect(() => assertPasswordConforms("Harbor Water 77", policy)).not.toThrow();
    expect(() => assertPasswordConforms(" HarborWater777!", policy)).toThrow("failed to satisfy constraint");
    expect(() => assertPasswordConforms(`Aa1!${"x".repeat(260)}`, policy)).toThrow("failed to satisfy constraint");
  });

  it("admits every password it generates", () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 99 }), (minimumLength) => {
        const strict = { ...policy, minimumLength };
        assertPasswordConforms(generatePassword(strict), strict);
      }),
    );
  });

  it("reads as a sentence", () => {
    expect(describePasswordPolicy(policy)).toBe(
      "At least 12 characters, with a lowercase letter, an uppercase letter, a number, and a symbol.",
    );
  });
});

describe("a password hash", () => {
  it("admits its password only, in either Unicode form", async () => {
    const hash = await hashPassword("Hafen-Öl-77!");
    expect(hash).not.toContain("Hafen");
    expect(await isPasswordCorrect("Hafen-O\u0308l-77!", hash)).toBe(true);
    expect(await isPasswordCorrect("Hafen-Ol-77!", hash)).toBe(false);
    expect(await isPasswordCorrect("", undefined)).toBe(false);
  });
});
