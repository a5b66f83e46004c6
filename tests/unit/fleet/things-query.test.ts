import { describe, expect, test } from "vitest";
import type { ThingSummary } from "../../../lib/fleet/thing.ts";
import { countSections } from "../../../lib/fleet/thing-sections.ts";
import { filterThings, inSections, sortThings, statesFor, thingsQuerySchema } from "../../../lib/fleet/things-query.ts";
import { thingSummary as thing } from "../../support/thing-summary.ts";

const names = (things: readonly ThingSummary[]) => things.map(({ thingName }) => thingName);
const parse = (search: string) => thingsQuerySchema.safeParse(Object.fromEntries(new URLSearchParams(search)));

describe("what a list may be asked for", () => {
  test.each([
    "state=exploded",
    "site=../harbor",
    "site=HARBOR",
    "limit=0",
    "limit=501",
    "limit=1e2",
    "sort=password",
    "names=a%2Fb",
    "q=%00",
    `q=${"x".repeat(129)}`,
    `names=${Array.from({ length: 101 }, (_, i) => `t${i}`).join(",")}`,
    "heard=unknown.a",
    "heard=quiet.a%2Fb",
    "heard=quiet",
    `heard=${Array.from({ length: 401 }, (_, i) => `quiet.t${i}`).join(",")}`,
    "fresh=2",
    "by=state",
  ])("%s is refused", (search) => {
    expect(parse(search).success).toBe(false);
  });

  test("a search may be the longest name of a thing", () => {
    expect(parse(`q=${"x".repeat(128)}`).success).toBe(true);
  });

  test.each(["q=thingName%3A*", "q=%22)%20OR%20*", "q=%5B.*%5D%2B%3F", "q=%3Cimg%20onerror%3D1%3E", "q=%E2%80%AEtxet"])(
    "%s is text that matches itself and nothing else",
    (search) => {
      const parsed = parse(search);
      expect(parsed.success).toBe(true);
      if (!parsed.success) return;
      const [{ q = "" }, plain] = [parsed.data, thing("harbor-pump-01")];
      expect(filterThings([plain, thing("odd", { label: q })], { q })).toMatchObject([{ thingName: "odd" }]);
    },
  );
});

describe("a list", () => {
  const offline = thing("off", { connectivity: { isConnected: false, atMs: 1, reason: null } });

  test("narrows by every word, in any of the thing's names, type, groups and attributes", () => {
    const things = [thing("a", { groups: ["north"] }), thing("b", { attributes: { floor: "north wing" } }), thing("c")];
    expect(names(filterThings(things, { q: "NORTH pump" }))).toEqual(["a", "b"]);
    expect(names(filterThings(things, { group: ["north"] }))).toEqual(["a"]);
  });

  test("takes the word of who listens over the index, for state and order", () => {
    const stateOf = statesFor(thingsQuerySchema.parse({ heard: "alarm.b,live.off" }));
    const things = [thing("a"), thing("b"), offline];
    expect(things.map(stateOf)).toEqual(["live", "alarm", "live"]);
    expect(names(sortThings(things, "state", stateOf))).toEqual(["b", "a", "off"]);
    expect(things.map(statesFor({ heard: undefined }))).toEqual(["live", "live", "offline"]);
  });

  test("hears of a thing called like an object's own property as of any other", () => {
    const stateOf = statesFor(thingsQuerySchema.parse({ heard: "quiet.__proto__" }));
    expect(["__proto__", "constructor", "toString"].map((name) => stateOf(thing(name)))).toEqual(["quiet", "live", "live"]);
  });
});

describe("a list in sections", () => {
  const fleet = [
    thing("a", { site: "ridge", thingType: "pump", groups: ["wet", "critical"] }),
    thing("b", { site: "harbor", thingType: null }),
    thing("c", { site: "ridge", thingType: "Chiller", groups: ["critical"] }),
    thing("d", { site: "harbor", thingType: "pump", groups: ["critical", "wet"] }),
  ];

  test("things of one section stand together, in the asked order within it, those without one last", () => {
    expect(names(inSections(fleet, "site"))).toEqual(["b", "d", "a", "c"]);
    expect(names(inSections(sortThings(fleet, "-name"), "type"))).toEqual(["c", "d", "a", "b"]);
  });

  test("a thing of several groups stands once, with those of the same groups", () => {
    expect(names(inSections(fleet, "group"))).toEqual(["c", "a", "d", "b"]);
    expect(countSections(fleet, fleet, "group")).toEqual({ critical: 1, "critical, wet": 2, "": 1 });
  });

  test("a page says how many its sections have in all, and nothing of others", () => {
    expect(countSections(fleet, fleet.slice(0, 1), "site")).toEqual({ ridge: 2 });
  });
});
