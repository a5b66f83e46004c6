import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const PAGE = { things: [], siteLoads: [{ site: "harbor", thingCount: 2, expectedMessagesPerSecond: 2 }], isWhole: true };
let answers: unknown[] = [];
const asked: string[] = [];

/** A page's life is a module's: every test has its own. */
const openPage = async () => {
  vi.resetModules();
  const { beginFirstReads, readSiteLoads } = await import("../../../lib/fleet/first-reads.client.ts");
  const { readJson } = await import("../../../lib/session/site-api.client.ts");
  return { beginFirstReads, readSiteLoads, readJson };
};

beforeEach(() => {
  asked.length = 0;
  answers = [];
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    return Promise.resolve(Response.json(answers.shift() ?? PAGE));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("what a page reads before it is made ready", () => {
  test("is handed out once, and answers for the sites too without being asked twice", async () => {
    const page = await openPage();
    page.beginFirstReads({ pathname: "/devices", search: "" });
    expect(await page.readSiteLoads()).toEqual(PAGE.siteLoads);
    expect(await page.readJson("/api/things?limit=200")).toEqual(PAGE);
    expect(asked).toEqual(["/api/things?limit=200"]);
    expect(await page.readJson("/api/things?limit=200")).toEqual(PAGE);
    expect(asked).toEqual(["/api/things?limit=200", "/api/things?limit=200"]);
  });

  test("is asked for again until the server has read the whole fleet", async () => {
    vi.useFakeTimers();
    answers = [
      { things: [], siteLoads: [], isWhole: false },
      { things: [], siteLoads: [], isWhole: false },
    ];
    const page = await openPage();
    page.beginFirstReads({ pathname: "/devices", search: "" });
    const loads = page.readSiteLoads();
    await vi.advanceTimersByTimeAsync(4_100);
    expect(await loads).toEqual(PAGE.siteLoads);
    expect(asked).toEqual(["/api/things?limit=200", "/api/things?limit=1", "/api/things?limit=1"]);
  });

  test("is forgotten when it was not wanted soon: a page that is opened later reads anew", async () => {
    vi.useFakeTimers();
    const page = await openPage();
    page.beginFirstReads({ pathname: "/devices/harbor-pump-01", search: "" });
    vi.advanceTimersByTime(10_000);
    await page.readJson("/api/things/harbor-pump-01");
    expect(asked).toEqual(["/api/things/harbor-pump-01", "/api/things/harbor-pump-01"]);
  });

  test.each(["/devices/%E0%A4%A", "/devices/a/b", "/alarms", "/"])("is nothing on %s", async (pathname) => {
    (await openPage()).beginFirstReads({ pathname, search: "?limit=200" });
    expect(asked).toEqual([]);
  });
});
