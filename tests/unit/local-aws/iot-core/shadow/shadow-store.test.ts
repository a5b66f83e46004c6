import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ShadowStore } from "../../../../../local-aws/iot-core/shadow/shadow-store.ts";
import { createTestContext } from "../support/context.ts";

const HOUR_MS = 3_600_000;
const shadow = (version: number) => ({ state: { desired: { a: 1 } }, metadata: { desired: { a: { timestamp: 1 } } }, version });

describe("shadow store", () => {
  let world: ReturnType<typeof createTestContext>;
  beforeEach(() => {
    world = createTestContext();
  });
  afterEach(() => world.close());

  it("a deleted shadow's version is remembered for 48 hours, also over a restart, and then forgotten", () => {
    const store = new ShadowStore(world.ctx.store);
    store.put("t", "", shadow(3));
    store.delete("t", "", 0);
    expect(store.find("t", "")).toBeUndefined();
    world = world.reopen();
    const reopened = new ShadowStore(world.ctx.store);
    expect(reopened.base("t", "", 48 * HOUR_MS)).toEqual({ shadow: undefined, version: 4 });
    expect(reopened.base("t", "", 48 * HOUR_MS + 1)).toEqual({ shadow: undefined, version: 0 });
  });

  it("named shadows are listed in order without the classic and the deleted ones", () => {
    const store = new ShadowStore(world.ctx.store);
    for (const name of ["", "b", "a", "c"]) store.put("t", name, shadow(1));
    store.delete("t", "c", 0);
    expect(store.names("t")).toEqual(["a", "b"]);
  });

  it("reload forgets what the disk did not take", () => {
    const store = new ShadowStore(world.ctx.store);
    store.put("t", "", shadow(1));
    expect(() =>
      world.ctx.store.transaction(() => {
        store.put("t", "", shadow(2));
        throw new Error("disk full");
      }),
    ).toThrow("disk full");
    store.reload("t", "");
    expect(store.find("t", "")?.version).toBe(1);
  });
});
