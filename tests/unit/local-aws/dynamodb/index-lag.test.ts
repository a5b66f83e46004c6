import { describe, expect, it } from "vitest";
import { createIndexLag, INDEX_LAG_MS } from "../../../../local-aws/dynamodb/index-lag.ts";

/** A store that is a count of writes, its views, and a clock. */
function createWorld() {
  let nowMs = 0;
  let written = 0;
  const views: { count: number; isClosed: boolean }[] = [];
  const takeView = () => {
    const view = {
      count: written,
      isClosed: false,
      close: () => {
        view.isClosed = true;
        return Promise.resolve();
      },
    };
    views.push(view);
    return view;
  };
  const lag = createIndexLag(takeView, () => nowMs);
  return {
    lag,
    views,
    pass: (ms: number) => (nowMs += ms),
    write: () => {
      lag.beforeWrite();
      written += 1;
    },
    /** How many writes an index shows. */
    look: () => {
      const reading = lag.read();
      reading?.end();
      return reading?.view.count ?? written;
    },
  };
}

describe("a global index", () => {
  it("shows a write after its lag, and not before", () => {
    const { write, pass, look } = createWorld();
    write();
    pass(INDEX_LAG_MS - 1);
    expect(look()).toBe(0);
    pass(1);
    expect(look()).toBe(1);
  });

  it("shows every write of a steady stream between the lag less a twentieth of a second and the lag", () => {
    const { write, pass, look } = createWorld();
    const writtenAtMs: number[] = [];
    for (let nowMs = 0; nowMs < 3_000; nowMs += 7) {
      write();
      writtenAtMs.push(nowMs);
      pass(7);
      const shown = look();
      const ages = writtenAtMs.map((atMs) => nowMs + 7 - atMs);
      expect(shown).toBeGreaterThanOrEqual(ages.filter((age) => age >= INDEX_LAG_MS).length);
      expect(shown).toBeLessThanOrEqual(ages.filter((age) => age >= INDEX_LAG_MS - 60).length);
    }
  });

  it("keeps a view as long as it is read, and no view longer than that", () => {
    const { lag, views, write, pass, look } = createWorld();
    write();
    const reading = lag.read();
    pass(INDEX_LAG_MS * 2);
    write();
    expect(views.map(({ isClosed }) => isClosed)).toEqual([false, false]);
    reading?.end();
    pass(INDEX_LAG_MS);
    expect(look()).toBe(2);
    expect(views.every(({ isClosed }) => isClosed)).toBe(true);
  });

  it("is up to date where the lag is taken away", () => {
    const { lag, write, look } = createWorld();
    write();
    lag.setLagMs(0);
    write();
    expect(look()).toBe(2);
  });
});
