import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLinkWatchdog } from "../../../lib/connection/link-watchdog.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A link whose echo answers after `echoMs`, or never. */
function world() {
  let echoMs: number | null = 20;
  let monotonicMs = 0;
  let echoes = 0;
  let silentAtMs: number | null = null;
  const latencies: number[] = [];
  const asleep: number[] = [];
  const watchdog = createLinkWatchdog({
    echo: () => {
      echoes += 1;
      const waitMs = echoMs;
      return waitMs === null ? new Promise(() => undefined) : new Promise((resolve) => setTimeout(() => resolve(waitMs), waitMs));
    },
    onLatency: (latencyMs) => latencies.push(latencyMs),
    onSilent: () => (silentAtMs = monotonicMs),
    onAsleep: (fromMs, toMs) => asleep.push(toMs - fromMs),
    monotonicNowMs: () => monotonicMs,
    wallNowMs: () => 1_763_870_000_000 + monotonicMs,
  });
  const advance = async (byMs: number) => {
    for (let passed = 0; passed < byMs; passed += 100) {
      monotonicMs += 100;
      await vi.advanceTimersByTimeAsync(100);
    }
  };
  return {
    watchdog,
    advance,
    latencies,
    asleep,
    echoes: () => echoes,
    silentAtMs: () => silentAtMs,
    answerIn: (ms: number | null) => (echoMs = ms),
    /** The machine slept: monotonic time passed and no timer ran. */
    sleep: (ms: number) => (monotonicMs += ms),
  };
}

describe("the link's watchdog", () => {
  test("finds a black hole within 15 s, half of the keep-alive, although no socket said anything", async () => {
    const { watchdog, advance, answerIn, silentAtMs } = world();
    watchdog.start();
    await advance(1_000);
    answerIn(null);
    await advance(20_000);
    expect(silentAtMs()).toBeLessThanOrEqual(16_000);
    expect(silentAtMs()).toBeGreaterThan(8_000);
  });

  test("leaves a slow link alone: an answer after two seconds is an answer", async () => {
    const { watchdog, advance, answerIn, silentAtMs, latencies } = world();
    answerIn(2_000);
    watchdog.start();
    await advance(120_000);
    expect(silentAtMs()).toBeNull();
    expect(latencies.every((latencyMs) => latencyMs === 2_000)).toBe(true);
  });

  test("takes messages as a sign of life while an answer is late", async () => {
    const { watchdog, advance, answerIn, silentAtMs } = world();
    answerIn(null);
    watchdog.start();
    for (let second = 0; second < 60; second += 1) {
      watchdog.heard();
      await advance(1_000);
    }
    expect(silentAtMs()).toBeNull();
  });

  test("asks at most four times a minute while nothing is wrong", async () => {
    const { watchdog, advance, echoes } = world();
    watchdog.start();
    for (let second = 0; second < 60; second += 1) {
      watchdog.heard();
      await advance(1_000);
    }
    expect(echoes()).toBeLessThanOrEqual(5);
  });

  test("after a sleep of two hours it asks before it judges", async () => {
    const { watchdog, advance, sleep, silentAtMs } = world();
    watchdog.start();
    await advance(1_000);
    sleep(7_200_000);
    watchdog.checkNow();
    await advance(2_000);
    expect(silentAtMs()).toBeNull();
  });

  test("tells of the time in which nothing ran here, and not of a late tick", async () => {
    const { watchdog, advance, sleep, asleep, silentAtMs } = world();
    watchdog.start();
    await advance(5_000);
    sleep(3_000);
    await advance(5_000);
    expect(asleep).toEqual([]);
    sleep(120_000);
    await advance(5_000);
    expect(asleep).toHaveLength(1);
    expect(asleep[0]).toBeGreaterThanOrEqual(120_000);
    expect(asleep[0]).toBeLessThan(123_000);
    expect(silentAtMs()).toBeNull();
    sleep(60_000);
    watchdog.stop();
    expect(asleep).toHaveLength(2);
  });

  test("says nothing after it was stopped", async () => {
    const { watchdog, advance, answerIn, silentAtMs } = world();
    answerIn(null);
    watchdog.start();
    await advance(3_000);
    watchdog.stop();
    await advance(60_000);
    expect(silentAtMs()).toBeNull();
  });
});
