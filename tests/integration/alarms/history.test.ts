import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HistoryPage } from "../../../lib/history/history-page.ts";
import { hasBuild } from "../../support/app.ts";
import type { WebClient } from "../../support/web-client.ts";
import { eventually } from "../control/support/control-world.ts";
import { createPastWorld, type PastWorld } from "./support/past-world.ts";

const MINUTE_MS = 60_000;
const THING = "harbor-pump-1";
const nowMs = Date.now();
const firstMinuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - 3_000 * MINUTE_MS;

describe.skipIf(!hasBuild)("a thing's past (needs a build)", () => {
  let world: PastWorld;
  let otto: WebClient;

  const url = (query: Record<string, string | number>, thing = THING) =>
    `/api/things/${thing}/history?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString()}`;
  const read = async (query: Record<string, string | number>) => (await (await otto.request(url(query))).json()) as HistoryPage;
  const row = (atMs: number, payload: unknown, over: object = {}) => ({
    pk: THING,
    sk: Math.floor(atMs / MINUTE_MS) * MINUTE_MS,
    atMs,
    site: "harbor",
    data: Buffer.from(JSON.stringify(payload)).toString("base64"),
    ttl: Math.floor(nowMs / 1000) + 86_400,
    ...over,
  });

  beforeAll(async () => {
    world = await createPastWorld();
    await Promise.all([world.register(THING), world.register("ridge-pump-1"), world.register("harbor-pump-2")]);
    otto = await world.signIn(["operators", "site-harbor"]);
    for (let from = 0; from < 1_600; from += 200) {
      await Promise.all(
        Array.from({ length: 200 }, (_, i) =>
          world.putHistory(row(firstMinuteMs + (from + i) * MINUTE_MS + 7_000, { flow: from + i, ok: true })),
        ),
      );
    }
  });
  afterAll(() => world.close());

  test("the rule keeps what arrives in the window, once a minute, and nothing of the rest", async () => {
    const ask = async () =>
      (await (await otto.request(url({ from: nowMs - MINUTE_MS, to: nowMs + 10 * MINUTE_MS }, "harbor-pump-2"))).json()) as HistoryPage;
    await world.moveClock("out of the window");
    await world.publish("harbor-pump-2", { flow: 1 });
    await world.moveClock("into the window");
    await world.publish("harbor-pump-2", { flow: 2 });
    await world.publish("harbor-pump-2", { flow: 3 });
    const page = await eventually(ask, ({ values }) => values.flow?.at(-1) === 3);
    expect(page).toMatchObject({ values: { flow: [3] }, spacingMs: MINUTE_MS, nextCursor: null });
    await world.localAws.control("clock", { offsetMs: 0 });
  });

  test("is read in pages, oldest first, nothing twice and nothing missing", async () => {
    const query = { from: firstMinuteMs, to: firstMinuteMs + 1_600 * MINUTE_MS, metrics: "flow" };
    const first = await read(query);
    expect(first.times).toHaveLength(1_500);
    expect(first.nextCursor).not.toBeNull();
    const second = await read({ ...query, cursor: first.nextCursor ?? "" });
    expect(second.nextCursor).toBeNull();
    const flow = [...(first.values.flow ?? []), ...(second.values.flow ?? [])];
    expect(flow).toEqual(Array.from({ length: 1_600 }, (_, i) => i));
    expect(Object.keys(first.values)).toEqual(["flow"]);
  });

  test("a stretch begins and ends where it was asked to", async () => {
    const { times } = await read({ from: firstMinuteMs + 7_001, to: firstMinuteMs + 3 * MINUTE_MS + 7_000 });
    expect(times).toEqual([1, 2, 3].map((minute) => firstMinuteMs + minute * MINUTE_MS + 7_000));
  });

  test("a row past its time, and one that was sent from another site, are not shown", async () => {
    const atMs = firstMinuteMs - 10 * MINUTE_MS;
    await world.putHistory(row(atMs, { flow: 1 }, { ttl: Math.floor(nowMs / 1000) - 1 }));
    await world.putHistory(row(atMs + MINUTE_MS, { flow: 2 }, { site: "ridge" }));
    await world.putHistory(row(atMs + 2 * MINUTE_MS, { flow: 3 }));
    expect((await read({ from: atMs, to: firstMinuteMs - MINUTE_MS })).values.flow).toEqual([3]);
  });

  test("a cursor that was altered, or made for something else, is refused", async () => {
    const query = { from: firstMinuteMs, to: firstMinuteMs + 1_600 * MINUTE_MS };
    const { nextCursor } = await read(query);
    const cursor = nextCursor ?? "";
    const flipped = `${cursor.startsWith("A") ? "B" : "A"}${cursor.slice(1)}`;
    for (const [wrong, over] of [
      [flipped, {}],
      [`${cursor}x`, {}],
      [cursor.split(".")[0] ?? "", {}],
      ["1700000000000", {}],
      [cursor, { from: firstMinuteMs + 1 }],
      [cursor, { metrics: "flow" }],
    ] as const) {
      const response = await otto.request(url({ ...query, ...over, cursor: wrong }));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: "history/cursor-invalid" } });
    }
    const other = await world.signIn(["operators", "site-harbor"]);
    expect((await other.request(url({ ...query, cursor }))).status).toBe(400);
  });

  test("only of the viewer's sites, only signed in, only by GET", async () => {
    const query = { from: nowMs - MINUTE_MS, to: nowMs };
    expect((await otto.request(url(query, "ridge-pump-1"))).status).toBe(404);
    expect((await otto.request(url(query, "no-such-pump"))).status).toBe(404);
    expect((await otto.request(url(query, "..%2Fx"))).status).toBe(404);
    const rita = await world.signIn(["operators", "site-ridge"]);
    expect((await rita.request(url(query))).status).toBe(404);
    expect((await world.stranger().request(url(query))).status).toBe(401);
    const post = await otto.post(url(query));
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET"]);
  });

  test("bad input names its field", async () => {
    for (const [query, status, field] of [
      [{ from: "yesterday", to: nowMs }, 400, "from"],
      [{ from: nowMs }, 400, "to"],
      [{ from: nowMs, to: nowMs - 1 }, 422, "to"],
      [{ from: nowMs - 9 * 86_400_000, to: nowMs }, 422, "from"],
    ] as const) {
      const response = await otto.request(url(query));
      expect(response.status).toBe(status);
      expect(JSON.stringify(((await response.json()) as { error: { details: unknown } }).error.details)).toContain(field);
    }
  });

  test("without DynamoDB history is unavailable and says so; it comes back by itself", async () => {
    const query = { from: nowMs - MINUTE_MS, to: nowMs };
    expect((await otto.request(url(query))).status).toBe(200);
    await world.localAws.control("throttle", { api: "dynamodb:Query", forMs: 60_000 });
    const refused = await otto.request(url(query));
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error: { code: "history/unavailable" } });
    await world.localAws.control("throttle", { api: "dynamodb:Query", off: true });
    await eventually(
      async () => (await otto.request(url(query))).status,
      (status) => status === 200,
    );
  });
});
