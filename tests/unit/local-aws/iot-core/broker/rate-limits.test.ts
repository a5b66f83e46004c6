import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteBudget, KeyedInterval, SlidingWindow } from "../../../../../local-aws/iot-core/broker/rate-limits.ts";

const gaps = fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 200 });

describe("SlidingWindow", () => {
  it("never lets more than its rate pass in any second, and wastes nothing", () => {
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 20 }), (waits, perSecond) => {
        const window = new SlidingWindow(perSecond);
        const taken: number[] = [];
        let nowMs = 0;
        for (const wait of waits) {
          nowMs += wait;
          const inLastSecond = taken.filter((atMs) => nowMs - atMs < 1000).length;
          expect(window.waitMs(nowMs) === 0).toBe(inLastSecond < perSecond);
          expect(window.take(nowMs)).toBe(inLastSecond < perSecond);
          if (inLastSecond < perSecond) taken.push(nowMs);
        }
      }),
    );
  });

  it("of infinite rate lets everything pass", () => {
    const window = new SlidingWindow(Infinity);
    expect(Array.from({ length: 1000 }, () => window.take(0)).every(Boolean)).toBe(true);
  });
});

describe("ByteBudget", () => {
  it("holds the long-term throughput at its rate by delaying", () => {
    const budget = new ByteBudget(1000);
    let nowMs = 1;
    for (let index = 0; index < 50; index += 1) nowMs += budget.spend(500, nowMs);
    // 25,000 bytes, one second's worth of which may burst.
    expect(nowMs).toBeGreaterThanOrEqual(23_900);
    expect(nowMs).toBeLessThanOrEqual(25_100);
  });
});

describe("KeyedInterval", () => {
  it("lets a key pass once per interval, others unaffected, and forgets by itself", () => {
    const interval = new KeyedInterval(1);
    expect([interval.take("a", 0), interval.take("a", 999), interval.take("b", 999), interval.take("a", 1000)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    interval.sweep(5000);
    expect(interval.take("a", 1500)).toBe(true);
  });
});
