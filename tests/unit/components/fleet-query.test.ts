import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  devicesHref,
  filterChips,
  fromSearch,
  isFiltered,
  nextSort,
  toSearch,
  type FleetQuery,
} from "../../../components/fleet/fleet-query.ts";
import { INDEXED_STATES } from "../../../components/fleet/liveness-words.ts";

const word = fc.stringMatching(/^[\p{L}\d _:-]{1,24}$/u);
const words = fc.uniqueArray(word, { maxLength: 4 });
const query: fc.Arbitrary<FleetQuery> = fc.record({
  q: fc.stringMatching(/^[\p{L}\d &=,+%#]{0,40}$/u),
  site: words,
  type: words,
  state: fc.subarray([...INDEXED_STATES]),
  group: words,
  sort: fc.constantFrom(null, "name", "-heard"),
});

describe("the list's address", () => {
  it("carries every query there and back", () => {
    fc.assert(
      fc.property(query, (asked) => {
        expect(fromSearch(new URLSearchParams(toSearch(asked)))).toEqual(asked);
      }),
    );
  });

  it("is the bare page for an empty query", () => {
    expect(devicesHref({ q: "", site: [], state: [] })).toBe("/devices");
    expect(isFiltered(fromSearch(new URLSearchParams()))).toBe(false);
  });

  it("drops states it does not know", () => {
    expect(fromSearch(new URLSearchParams("state=offline,exploded")).state).toEqual(["offline"]);
  });

  it("adds page size and cursor for the API", () => {
    expect(toSearch({ state: ["quiet", "offline"] }, { limit: 200, cursor: "200" })).toBe("state=quiet%2Coffline&limit=200&cursor=200");
  });
});

describe("filter chips", () => {
  it("say the field, the operator and the values in words", () => {
    const asked = fromSearch(new URLSearchParams("site=harbor,ridge&type=pump"));
    expect(filterChips(asked, (_field, value) => value.toUpperCase())).toEqual([
      { field: "type", label: "Type", operator: "is", value: "PUMP" },
      { field: "site", label: "Site", operator: "is any of", value: "HARBOR, RIDGE" },
    ]);
  });
});

describe("sorting by a column", () => {
  it("goes up, down, then back to the usual order", () => {
    expect(nextSort(null, "name")).toBe("name");
    expect(nextSort("name", "name")).toBe("-name");
    expect(nextSort("-name", "name")).toBeNull();
    expect(nextSort("site", "name")).toBe("name");
  });
});
