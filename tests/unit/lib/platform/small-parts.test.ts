import { describe, expect, test } from "vitest";
import { AppError } from "../../../../lib/platform/app-error.ts";
import { createSteadyClock } from "../../../../lib/platform/clock.ts";
import { readCookie } from "../../../../lib/platform/cookies.ts";
import { createRateLimit } from "../../../../lib/platform/rate-limit.ts";
import { scrubSecrets } from "../../../../lib/platform/secret-scrubber.ts";

describe("the steady clock", () => {
  test("is not moved by a jump of the wall clock, and takes the correction in slowly", () => {
    let [wallMs, monotonicMs] = [1_000_000, 0];
    const clock = createSteadyClock({ wallNowMs: () => wallMs, monotonicNowMs: () => monotonicMs });
    wallMs += 3_600_000;
    expect(clock.nowMs()).toBe(1_000_000);
    monotonicMs += 60_000;
    wallMs += 60_000;
    expect(clock.nowMs()).toBe(1_000_000 + 60_000 + 15_000);
    monotonicMs += 24 * 3_600_000;
    wallMs += 24 * 3_600_000;
    expect(clock.nowMs()).toBe(wallMs);
  });
});

describe("the rate limit", () => {
  test("lets a burst pass, then so many a second, per key", () => {
    let nowMs = 0;
    const limit = createRateLimit({ burstCount: 3, perSecond: 2 }, () => nowMs);
    for (let count = 0; count < 3; count += 1) limit.take("a");
    expect(() => limit.take("a")).toThrow(AppError);
    limit.take("b");
    nowMs += 500;
    limit.take("a");
    expect(() => limit.take("a")).toThrow(AppError);
  });
});

describe("cookies", () => {
  test("are read by exact name, and not at all when the name is there twice", () => {
    expect(readCookie("a=1; __Host-x=2; __Host-x.0=3", "__Host-x")).toBe("2");
    expect(readCookie("__Host-x=1; __Host-x=2", "__Host-x")).toBeUndefined();
    expect(readCookie(null, "__Host-x")).toBeUndefined();
  });
});

describe("the log's scrubber", () => {
  test.each([
    "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "wss://h/mqtt?X-Amz-Signature=abcdef0123456789&X-Amz-Security-Token=abcdef0123456789",
    '{"SecretKey":"abcdef0123456789","refresh_token":"abcdef0123456789"}',
    "cookie: __Host-thingdeck.session=abcdef0123456789",
    "/api/auth/callback/cognito?code=abcdef0123456789&state=abcdef0123456789",
    "key ASIAABCDEF0123456789",
  ])("blots out what is secret in %j", (line) => {
    expect(scrubSecrets(line)).not.toMatch(/abcdef0123456789|eyJ|ASIA/i);
  });
});
