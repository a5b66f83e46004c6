import { describe, expect, it } from "vitest";
import { parseHistoryQuery } from "../../../../lib/history/history-query.ts";
import { toAppError } from "../../../../lib/platform/to-app-error.ts";

const DAY_MS = 86_400_000;
const parse = (search: string) => parseHistoryQuery(new URLSearchParams(search));

function refusal(search: string): { status: number; details: unknown } {
  try {
    parse(search);
  } catch (error) {
    const { status, details } = toAppError(error);
    return { status, details };
  }
  throw new Error("was taken");
}

describe("what may be asked of the past", () => {
  it("a stretch, some metrics and a cursor", () => {
    expect(parse("from=1700000000000&to=1700000060000&metrics=flow,state.x&cursor=abc")).toEqual({
      fromMs: 1_700_000_000_000,
      toMs: 1_700_000_060_000,
      metrics: ["flow", "state.x"],
      cursor: "abc",
    });
    expect(parse("from=1700000000000&to=1700000060000&metrics=")).toMatchObject({ metrics: null, cursor: null });
  });

  it("stretches over a leap day and over the hours that clocks skip or repeat are as long as they are", () => {
    const leapDay = Date.UTC(2028, 1, 29);
    expect(parse(`from=${leapDay}&to=${leapDay + DAY_MS}`)).toMatchObject({ toMs: Date.UTC(2028, 2, 1) });
    const clocksGoBack = Date.UTC(2026, 9, 25);
    expect(parse(`from=${clocksGoBack}&to=${clocksGoBack + DAY_MS}`)).toMatchObject({ fromMs: clocksGoBack });
  });

  it.each([
    ["", "from"],
    ["from=1700000000000", "to"],
    ["from=yesterday&to=1700000060000", "from"],
    ["from=1700000000&to=1700000060000", "from"],
    ["from=NaN&to=Infinity", "from"],
    ["from=-1700000000000&to=1700000060000", "from"],
    ["from=1700000000000&from=1700000000000&to=1700000060000", "from"],
    [`from=1700000000000&to=1700000060000&metrics=${"x".repeat(97)}`, "metrics.0"],
    [`from=1700000000000&to=1700000060000&metrics=${Array.from({ length: 65 }, (_, i) => `m${i}`).join(",")}`, "metrics"],
    [`from=1700000000000&to=1700000060000&cursor=${"x".repeat(401)}`, "cursor"],
  ])("%s is refused, and the field named", (search, field) => {
    const { status, details } = refusal(search);
    expect(status).toBe(400);
    expect((details as { fields: string[] }).fields).toContain(field);
  });

  it("nothing else", () => {
    expect(refusal("from=1700000000000&to=1700000060000&site=ridge").status).toBe(400);
  });

  it.each([
    ["from=1700000000000&to=1700000000000", "to"],
    ["from=1700000060000&to=1700000000000", "to"],
    [`from=1700000000000&to=${1_700_000_000_000 + 8 * DAY_MS + 1}`, "from"],
  ])("%s is no stretch: 422", (search, field) => {
    expect(refusal(search)).toEqual({ status: 422, details: { field } });
  });
});
