import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSubscriptionManager } from "../../../lib/connection/subscription-manager.ts";
import { planSubscriptions } from "../../../lib/connection/subscription-plan.ts";
import { createTopics } from "../../../lib/fleet/topics.ts";

const topics = createTopics();
const rows = (count: number, messagesPerSecond = 1) =>
  Array.from({ length: count }, (_, i) => ({ thing: `thing-${i}`, site: "harbor", messagesPerSecond }));

describe("the subscription plan", () => {
  test("holds shadow and presence of every site before anything else", () => {
    const { filters } = planSubscriptions({ topics, sites: ["harbor", "ridge"], interest: { things: [], siteLoads: [] } });
    expect(filters).toEqual(["st/harbor/+/shadow", "st/harbor/+/presence", "st/ridge/+/shadow", "st/ridge/+/presence"]);
  });

  test("takes a whole site when its stream fits the budget", () => {
    const siteLoads = [{ site: "harbor", messagesPerSecond: 40 }];
    const { filters, left } = planSubscriptions({ topics, sites: ["harbor"], interest: { things: rows(200), siteLoads } });
    expect(filters).toContain("dt/harbor/+/telemetry");
    expect(filters).toHaveLength(3);
    expect(left).toEqual([]);
  });

  test("takes single things, and says which did not fit, when the site is too loud", () => {
    const siteLoads = [{ site: "harbor", messagesPerSecond: 5000 }];
    const { filters, left } = planSubscriptions({ topics, sites: ["harbor"], interest: { things: rows(60), siteLoads } });
    expect(filters).toHaveLength(50);
    expect(left).toHaveLength(12);
  });

  test("never holds more than 50 filters nor asks for more than 100 messages a second, whatever is wanted", () => {
    const thing = fc.record({
      thing: fc.stringMatching(/^[a-z]{1,3}$/),
      site: fc.constantFrom("a", "b", "c"),
      messagesPerSecond: fc.double({ min: 0.01, max: 30, noNaN: true }),
    });
    const load = fc.record({ site: fc.constantFrom("a", "b", "c", "d"), messagesPerSecond: fc.double({ min: 0, max: 200, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(thing, { maxLength: 80 }), fc.uniqueArray(load, { selector: ({ site }) => site }), (things, siteLoads) => {
        const { filters } = planSubscriptions({ topics, sites: ["a", "b", "c"], interest: { things, siteLoads } });
        expect(filters.length).toBeLessThanOrEqual(50);
        expect(new Set(filters).size).toBe(filters.length);
        const single = new Map(things.map((wanted) => [topics.telemetryOf(wanted.site, wanted.thing), wanted.messagesPerSecond]));
        const whole = new Map(siteLoads.map((wanted) => [topics.telemetryOfSite(wanted.site), wanted.messagesPerSecond]));
        const perSecond = filters.reduce((sum, filter) => sum + (whole.get(filter) ?? 0) + (single.get(filter) ?? 0), 0);
        expect(perSecond).toBeLessThanOrEqual(100 + 30);
        expect(filters.some((filter) => filter.startsWith("dt/d/"))).toBe(false);
      }),
    );
  });
});

/** A broker side that counts and a clock that only moves when told. */
function world() {
  let nowMs = 0;
  const due: { atMs: number; task: () => void }[] = [];
  const held = new Set<string>();
  const packets: number[] = [];
  let peak = 0;
  const wire = {
    subscribe: (filters: string[]) => {
      packets.push(filters.length);
      for (const filter of filters) held.add(filter);
      peak = Math.max(peak, held.size);
      return Promise.resolve(filters.map((filter) => (filter.startsWith("denied") ? 0x87 : 0)));
    },
    unsubscribe: (filters: string[]) => {
      for (const filter of filters) held.delete(filter);
      return Promise.resolve();
    },
  };
  const manager = createSubscriptionManager({
    nowMs: () => nowMs,
    later: (task, delayMs) => {
      const entry = { atMs: nowMs + delayMs, task };
      due.push(entry);
      return () => void due.splice(due.indexOf(entry), due.includes(entry) ? 1 : 0);
    },
    onChange: () => undefined,
  });
  const settle = async () => {
    for (let i = 0; i < 400; i += 1) await Promise.resolve();
  };
  const advance = async (byMs: number) => {
    nowMs += byMs;
    for (const entry of due.filter(({ atMs }) => atMs <= nowMs)) {
      due.splice(due.indexOf(entry), 1);
      entry.task();
    }
    await settle();
  };
  return { manager, wire, held, packets, settle, advance, peak: () => peak };
}

describe("the subscription manager", () => {
  test("sends at most 8 filters a packet", async () => {
    const { manager, wire, packets, settle, held } = world();
    manager.setWanted(Array.from({ length: 30 }, (_, i) => `f/${i}`));
    manager.attach(wire);
    await settle();
    expect(packets).toEqual([8, 8, 8, 6]);
    expect(held.size).toBe(30);
    expect(manager.isSettled()).toBe(true);
  });

  test("keeps a filter for a grace period after nobody wants it", async () => {
    const { manager, wire, settle, held, advance } = world();
    manager.attach(wire);
    manager.setWanted(["a", "b"]);
    await settle();
    manager.setWanted(["a"]);
    await advance(4_000);
    expect(held.has("b")).toBe(true);
    await advance(2_000);
    expect([...held]).toEqual(["a"]);
  });

  test("names a refused filter and does not hammer the broker with it", async () => {
    const { manager, wire, packets, settle, advance } = world();
    manager.attach(wire);
    manager.setWanted(["denied/x", "fine"]);
    await settle();
    expect(manager.refused()).toEqual(new Map([["denied/x", 0x87]]));
    await advance(30_000);
    expect(packets).toEqual([2]);
    await advance(31_000);
    expect(packets).toEqual([2, 1]);
  });

  test("does not take silence for an answer: it asks again, and holds nothing until then", async () => {
    const { manager, wire, settle, packets, advance } = world();
    let isSilent = true;
    const subscribe = (filters: string[]) => (isSilent ? Promise.reject(new Error("no answer")) : wire.subscribe(filters));
    manager.setWanted(["a", "b"]);
    manager.attach({ ...wire, subscribe });
    await settle();
    expect([manager.isSettled(), manager.unansweredCount(), manager.refused().size]).toEqual([false, 2, 0]);
    isSilent = false;
    await advance(5_000);
    expect([manager.isSettled(), manager.unansweredCount(), packets]).toEqual([true, 0, [2]]);
  });

  test("asks for everything again on a new connection", async () => {
    const { manager, wire, settle, packets } = world();
    manager.attach(wire);
    manager.setWanted(["a", "b"]);
    await settle();
    manager.detach();
    manager.attach({ ...wire });
    await settle();
    expect(packets).toEqual([2, 2]);
  });

  test("is not blocked by an answer that never came on an old connection", async () => {
    const { manager, wire, settle, packets } = world();
    manager.setWanted(["a"]);
    manager.attach({ ...wire, subscribe: () => new Promise(() => undefined) });
    await settle();
    manager.detach();
    manager.attach(wire);
    await settle();
    expect(packets).toEqual([1]);
    expect(manager.isHeld("a")).toBe(true);
  });

  test("never holds more than 50 filters while views change", async () => {
    const view = fc.uniqueArray(
      fc.integer({ min: 0, max: 120 }).map((n) => `f/${n}`),
      { maxLength: 50 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(view, { minLength: 1, maxLength: 6 }), async (views) => {
        const { manager, wire, settle, advance, held, peak } = world();
        manager.attach(wire);
        for (const wanted of views) {
          manager.setWanted(wanted);
          await settle();
        }
        await advance(10_000);
        expect(peak()).toBeLessThanOrEqual(50);
        expect([...held].sort()).toEqual([...(views.at(-1) ?? [])].sort());
      }),
      { numRuns: 40 },
    );
  });
});
