import type { APIRequestContext } from "@playwright/test";
import type { ThingsPage } from "../../lib/fleet/thing.ts";
import { expect, test } from "./support/test.ts";

const list = async (request: APIRequestContext, search = ""): Promise<ThingsPage> =>
  (await (await request.get(`/api/things?${search}`)).json()) as ThingsPage;
const statusOf = async (request: APIRequestContext, path: string): Promise<number> => (await request.get(path)).status();

test("the list is the viewer's own sites', whatever is asked", async ({ page, signIn }) => {
  await signIn("otto");
  for (const search of [
    "limit=500",
    "site=ridge",
    "site=harbor,ridge&limit=500",
    "names=ridge-chiller-01",
    "q=ridge",
    "names=ridge-chiller-01&fresh=1",
  ]) {
    const { things, siteLoads } = await list(page.request, search);
    expect(things.filter(({ site }) => site !== "harbor")).toEqual([]);
    expect(siteLoads.map(({ site }) => site)).toEqual(["harbor"]);
  }
});

test("pages neither overlap nor leave anything out, and a cursor is good for one viewer and one list", async ({
  page,
  browser,
  signIn,
  world,
}) => {
  await signIn("ada");
  // The simulated fleet may still be registering its devices: walked until none came meanwhile.
  await expect(async () => {
    const whole = (await list(page.request, "limit=500&sort=name")).things.map(({ thingName }) => thingName);
    const walked: string[] = [];
    let cursor: string | null = null;
    do {
      const { things, nextCursor }: ThingsPage = await list(page.request, `limit=7&sort=name${cursor === null ? "" : `&cursor=${cursor}`}`);
      walked.push(...things.map(({ thingName }) => thingName));
      cursor = nextCursor;
    } while (cursor !== null && walked.length < 1_000);
    expect(walked).toEqual(whole);
  }).toPass({ timeout: 20_000 });

  const { nextCursor } = await list(page.request, "limit=7&sort=name");
  const taken = nextCursor ?? "";
  for (const bad of ["8", "0", "-1", "7.AAAAAAAAAAAAAAAAAAAAAA", `${taken}A`, taken.replace(/^7/, "8"), taken.toUpperCase(), "%00"])
    expect(await statusOf(page.request, `/api/things?limit=7&sort=name&cursor=${bad}`), bad).toBe(400);
  expect(await statusOf(page.request, `/api/things?limit=7&sort=-name&cursor=${taken}`)).toBe(400);
  expect(await statusOf(page.request, `/api/things?limit=7&sort=name&cursor=${taken}`)).toBe(200);
  const other = await browser.newContext({ baseURL: world.appUrl });
  await signIn("adam", await other.newPage());
  expect(await statusOf(other.request, `/api/things?limit=7&sort=name&cursor=${taken}`)).toBe(400);
  await other.close();
});

test("a search is text: no query language, no pattern, no markup comes through", async ({ page, signIn }) => {
  await signIn("ada");
  for (const q of [
    "*",
    "harbor*",
    "thingName:*",
    '" OR thingName:*',
    "attributes.site:ridge OR *",
    ".*",
    "<script>",
    "'; --",
    "\\",
    "%",
    "_%_",
  ]) {
    const answer = await page.request.get(`/api/things?q=${encodeURIComponent(q)}`);
    expect(answer.status(), q).toBe(200);
    expect(((await answer.json()) as ThingsPage).totalCount, q).toBe(0);
  }
  for (const bad of [
    "q=%00",
    `q=${"x".repeat(129)}`,
    "state=none",
    "limit=0",
    "limit=1000",
    "sort=__proto__",
    "site=..%2Fharbor",
    "fresh=yes",
    "heard=quiet",
  ])
    expect(await statusOf(page.request, `/api/things?${bad}`), bad).toBe(400);
});

test("filters narrow together, counts leave the state filter aside, and a filter's rows are what its count says", async ({
  page,
  signIn,
}) => {
  await signIn("ada");
  const pumps = await list(page.request, "type=pump&site=harbor&limit=500");
  expect(pumps.things.every(({ thingType, site }) => thingType === "pump" && site === "harbor")).toBe(true);
  await expect(async () => {
    const intake = await list(page.request, "group=intake&limit=500");
    expect(intake.things.map(({ label, groups }) => `${label} ${groups.join()}`).sort()).toEqual(
      ["Intake 1 pump", "Intake 2 pump", "Intake 3 pump", "Intake hall gateway", "Intake hall meter"].map((label) => `${label} intake`),
    );
    expect(intake.groups).toEqual(expect.arrayContaining(["boosters", "cold-rooms", "docks", "intake"]));
  }).toPass({ timeout: 20_000 });
  let all = await list(page.request, "limit=500");
  expect(pumps.totalCount).toBeLessThan(all.totalCount);
  // Devices come and go between two answers: they are compared until nothing moved meanwhile.
  await expect(async () => {
    all = await list(page.request, "limit=500");
    const { countsByState } = all;
    expect(Object.values(countsByState).reduce((sum, count) => sum + count, 0)).toBe(all.totalCount);
    for (const [state, count] of Object.entries(countsByState)) {
      const narrowed = await list(page.request, `state=${state}&limit=500`);
      expect(narrowed.totalCount).toBe(count);
      expect(narrowed.countsByState).toEqual(countsByState);
    }
  }).toPass({ timeout: 20_000 });
  const late = all.things[0]?.thingName ?? "";
  const heard = await list(page.request, `state=quiet&heard=quiet.${late}&limit=500`);
  expect(heard.things.map(({ thingName }) => thingName)).toEqual([late]);
});

test("nothing is answered without a session, and other methods are refused", async ({ playwright, world, page, signIn }) => {
  const stranger = await playwright.request.newContext({ baseURL: world.appUrl });
  for (const path of ["/api/things", "/api/things/harbor-pump-01", "/api/views"]) {
    expect(await statusOf(stranger, path)).toBe(401);
    expect((await stranger.get(path)).headers()["cache-control"]).toBe("no-store");
  }
  await stranger.dispose();
  await signIn("otto");
  for (const path of ["/api/things", "/api/things/harbor-pump-01"]) {
    const answer = await page.request.delete(path, { headers: { "x-thingdeck": "1", origin: world.appUrl } });
    expect([answer.status(), answer.headers().allow]).toEqual([405, "GET"]);
  }
});

test("saved views are the viewer's own, bounded, and never anything but a list's address", async ({ page, browser, signIn, world }) => {
  await signIn("otto");
  const headers = { "x-thingdeck": "1", origin: world.appUrl };
  const save = (data: unknown) => page.request.put("/api/views", { data, headers });
  const views = async (request: APIRequestContext) =>
    ((await (await request.get("/api/views")).json()) as { views: { name: string }[] }).views;
  expect((await save({ name: "Late pumps", search: "?type=pump&state=quiet" })).status()).toBe(200);
  expect((await save({ name: "Late pumps", search: "?type=pump" })).status()).toBe(200);
  expect(await views(page.request)).toEqual([{ name: "Late pumps", search: "?type=pump" }]);
  for (const bad of [
    { name: "", search: "?a" },
    { name: "x".repeat(61), search: "?a" },
    { name: "a\u202eb", search: "?a" },
    { name: "a", search: "javascript:alert(1)" },
    { name: "a", search: "//evil.example" },
    { name: "a", search: `?${"x".repeat(1024)}` },
    { name: "a", search: "?a", sub: "somebody" },
    { name: ["a"], search: "?a" },
  ]) {
    expect((await save(bad)).status(), JSON.stringify(bad).slice(0, 60)).toBe(400);
  }
  expect((await page.request.put("/api/views", { data: { name: "b", search: "?b" } })).status()).toBe(403);
  const other = await browser.newContext({ baseURL: world.appUrl });
  await signIn("rita", await other.newPage());
  expect(await views(other.request)).toEqual([]);
  await other.request.delete("/api/views?name=Late%20pumps", { headers });
  await other.close();
  expect(await views(page.request)).toHaveLength(1);
  expect((await page.request.delete("/api/views?name=Late%20pumps", { headers })).status()).toBe(200);
  expect(await views(page.request)).toEqual([]);
});
