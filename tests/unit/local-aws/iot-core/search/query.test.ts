import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketsOf, cardinalityOf, statisticsOf } from "../../../../../local-aws/iot-core/search/aggregations.ts";
import { parseQuery } from "../../../../../local-aws/iot-core/search/query-parser.ts";
import { compileQuery } from "../../../../../local-aws/iot-core/search/query-predicate.ts";
import type { ThingDocument } from "../../../../../local-aws/iot-core/search/thing-document.ts";

const pump: ThingDocument = {
  thingName: "harbor-pump-01",
  thingId: "id",
  thingTypeName: "pump",
  thingGroupNames: ["harbor", "all"],
  attributes: { site: "harbor", interval: "5" },
  version: 3,
  shadow: { reported: { speed: 40, mode: "Auto", ok: true, tags: ["a", "b"] }, desired: { speed: 50 }, hasDelta: true },
  connectivity: { connected: true, timestamp: 1_700_000_000_000 },
};
const isMatch = (query: string, document = pump) => compileQuery(parseQuery(query))(document);

describe("fleet index queries", () => {
  it.each([
    ["thingName:harbor-pump-01", true],
    ["thingName:HARBOR-PUMP-01", true],
    ["thingName:harbor*", true],
    ["thingName:harbor-pump-0?", true],
    ["thingName:*pump-01", true],
    ["thingName:*", true],
    ["*", true],
    ["harbor-pump-01", true],
    ["ridge", false],
    ["thingTypeName:pump AND attributes.site:harbor", true],
    ["thingTypeName:pump attributes.site:ridge", false],
    ["attributes.site:ridge OR thingTypeName:pump", true],
    ["NOT thingTypeName:pump", false],
    ["-thingTypeName:pump", false],
    ["thingTypeName:pump AND NOT attributes.site:ridge", true],
    ["thingTypeName:pump -attributes.site:harbor", false],
    ["thingTypeName:(chiller OR pump)", true],
    ["thingGroupNames:harbor", true],
    ["(thingTypeName:chiller OR thingTypeName:pump) AND connectivity.connected:true", true],
    ["shadow.reported.speed>30", true],
    ["shadow.reported.speed >= 40", true],
    ["shadow.reported.speed:>40", false],
    ["shadow.reported.speed < 40", false],
    ["shadow.reported.speed:[40 TO 50]", true],
    ["shadow.reported.speed:{40 TO 50]", false],
    ["shadow.reported.speed:[* TO 40}", false],
    ["shadow.reported.speed:[-5 TO *]", true],
    ["shadow.reported.speed:40", true],
    ["shadow.reported.mode:auto", true],
    ["shadow.reported.ok:true", true],
    ["shadow.reported.tags:b", true],
    ["shadow.hasDelta:true", true],
    ["attributes.interval:[4 TO 10]", true],
    ["attributes.Site:harbor", false],
    ['attributes.site:"harbor"', true],
    ['attributes.site:"har*"', false],
    ["attributes.site:har\\*", false],
    ["attributes.missing:*", false],
  ])("%s is %s for the pump", (query, expected) => {
    expect(isMatch(query)).toBe(expected);
  });

  it.each([
    ["", "empty"],
    ["thingName:a@b", "'@'"],
    ["thingName:a/b", "'/'"],
    ["thingName:a#b", "'#'"],
    ["thingName:a%b", "'%'"],
    ["thingName:a,b", "','"],
    ["thingName:a;b", "';'"],
    ["thingName:a'b", "'''"],
    ["thingName:a`b", "'`'"],
    ["thingName:a\\q", "'\\'"],
    ["foo:bar", "unknown field foo"],
    ["thingName:", "ends where a term"],
    ["(thingName:a", "not closed"],
    ["thingName:a)", "unexpected ')'"],
    ["thingName:[a b]", "needs TO"],
    ["thingName:[a TO b", "not closed"],
    ['thingName:"a', "not closed"],
    ["thingName:a~2", "'~'"],
    ["AND", undefined],
    [Array.from({ length: 13 }, (_, index) => `thingName:a${index}`).join(" OR "), "more than 12 terms"],
    ["thingName:*a OR thingName:*b", "leading wildcard"],
    [`thingName:*${"a".repeat(100)}`, "100 characters"],
    [`thingName:${"a".repeat(1000)}`, "1000 characters"],
    ["(".repeat(200) + "a", "nesting"],
  ])("%.50s is refused with InvalidQueryException", (query, fault) => {
    if (fault === undefined) expect(isMatch(query)).toBe(false);
    else {
      expect(() => parseQuery(query)).toThrow(expect.objectContaining({ code: "InvalidQueryException", status: 400 }));
      expect(() => parseQuery(query)).toThrow(fault);
    }
  });

  it("twelve terms are taken", () => {
    expect(isMatch(Array.from({ length: 12 }, () => "thingTypeName:pump").join(" "))).toBe(true);
  });

  it("any text either parses or is refused with InvalidQueryException, and never takes long", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: fc.constantFrom(...'abAND OR NOT-:*?()[]{}<>="\\ thingName.'.split("")) }), (query) => {
        try {
          isMatch(query);
        } catch (error) {
          expect(error).toMatchObject({ code: "InvalidQueryException" });
        }
      }),
      { numRuns: 500 },
    );
  });

  it("a pattern of many wildcards stays cheap", () => {
    const document = { ...pump, attributes: { x: "a".repeat(800) } };
    const startMs = performance.now();
    expect(isMatch(`attributes.x:a${"*a".repeat(400)}b`, document)).toBe(false);
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  it("10,000 things are searched in under 50 ms", () => {
    const things = Array.from({ length: 10_000 }, (_, index) => ({ ...pump, thingName: `thing-${index}` }));
    const predicate = compileQuery(
      parseQuery("thingTypeName:pump AND shadow.reported.speed>30 AND connectivity.connected:true AND thingName:*9"),
    );
    // The least of several, so that a busy machine does not count.
    const elapsedMs = Array.from({ length: 12 }, () => {
      const startMs = performance.now();
      expect(things.filter(predicate)).toHaveLength(1000);
      return performance.now() - startMs;
    });
    expect(Math.min(...elapsedMs)).toBeLessThan(50);
  });
});

describe("aggregations", () => {
  const things = [40, 60, 80].map((speed) => ({ ...pump, shadow: { reported: { speed, mode: speed > 50 ? "high" : "low" } } }));
  it("statistics count without a field, and describe a numeric one", () => {
    expect(statisticsOf(things, undefined)).toEqual({ count: 3 });
    expect(statisticsOf(things, "shadow.reported.speed")).toMatchObject({ count: 3, average: 60, minimum: 40, maximum: 80, sum: 180 });
  });
  it("cardinality and buckets count values", () => {
    expect(cardinalityOf(things, "shadow.reported.mode")).toBe(2);
    expect(bucketsOf(things, "shadow.reported.mode", 10)).toEqual({
      totalCount: 3,
      buckets: [
        { keyValue: "high", count: 2 },
        { keyValue: "low", count: 1 },
      ],
    });
  });
});
