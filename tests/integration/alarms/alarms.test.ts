import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AlarmsAnswer, AlarmView } from "../../../lib/alarms/alarm-view.ts";
import { hasBuild } from "../../support/app.ts";
import type { WebClient } from "../../support/web-client.ts";
import { eventually } from "../control/support/control-world.ts";
import { createPastWorld, type PastWorld } from "./support/past-world.ts";

const HARBOR = ["operators", "site-harbor"];
const RIDGE = ["operators", "site-ridge"];

describe.skipIf(!hasBuild)("alarms (needs a build)", () => {
  let world: PastWorld;
  let otto: WebClient;
  let rita: WebClient;

  const list = async (browser: WebClient, query = "") => (await (await browser.request(`/api/alarms${query}`)).json()) as AlarmsAnswer;
  const alarmOf = (thing: string, isSo: (alarm: AlarmView | undefined) => boolean, browser = otto) =>
    eventually(async () => (await list(browser, `?thing=${thing}`)).alarms[0], isSo) as Promise<AlarmView>;
  const rowsOfKind = async (browser: WebClient, kind: string, count: number) => {
    const read = async () => (await (await browser.request(`/api/audit?kind=${kind}`)).json()) as { rows: Record<string, unknown>[] };
    return (await eventually(read, ({ rows }) => rows.length >= count)).rows;
  };
  const reference = ({ thing, metric, raisedAtMs }: AlarmView) => ({ thing, metric, raisedAtMs });

  beforeAll(async () => {
    world = await createPastWorld();
    await Promise.all(["harbor-pump-1", "harbor-pump-2", "harbor-pump-3"].map((thing) => world.register(thing)));
    await world.register("ridge-host-1", "host");
    [otto, rita] = [await world.signIn(HARBOR), await world.signIn(RIDGE)];
  });
  afterAll(() => world.close());

  test("a value beyond its type's limit is an alarm of the site within seconds, although no browser listened", async () => {
    await world.publish("harbor-pump-1", { flow: 500, vibration: 5.5, temperature: "hot" });
    const alarm = await alarmOf("harbor-pump-1", (found) => found !== undefined);
    expect(alarm).toMatchObject({
      ...{ site: "harbor", metric: "vibration", severity: "warning", value: 5.5, isActive: true, state: "unacknowledged" },
      label: "The harbor-pump-1",
    });
    expect((await list(rita)).alarms).toEqual([]);
  });

  test("values within the limits of the thing's own type, and messages on another site's topic, raise nothing", async () => {
    await world.publish("ridge-host-1", { cpu: 93 });
    await world.publish("harbor-pump-3", { vibration: 9 }, "ridge");
    await world.publish("ridge-host-1", { memory: 99 });
    await alarmOf("ridge-host-1", (found) => found !== undefined, rita);
    expect((await list(rita)).alarms.map(({ thing, metric }) => `${thing} ${metric}`)).toEqual(["ridge-host-1 memory"]);
    expect((await list(otto, "?thing=harbor-pump-3")).alarms).toEqual([]);
  });

  test("are those of the sites that are asked for, and of the viewer's only", async () => {
    const sitesOf = async (query: string) => new Set((await list(rita, query)).alarms.map(({ site }) => site));
    expect(await sitesOf("?site=harbor,ridge")).toEqual(new Set(["ridge"]));
    expect(await sitesOf("?site=ridge")).toEqual(new Set(["ridge"]));
    expect(await sitesOf("?site=harbor")).toEqual(new Set());
  });

  test("a fault that the device reports stands until the device takes it back", async () => {
    await world.report("harbor-pump-2", { alarm: "bearing hot" });
    expect(await alarmOf("harbor-pump-2", (found) => found !== undefined)).toMatchObject({ words: "bearing hot", severity: "critical" });
    await world.report("harbor-pump-2", { alarm: "none" });
    expect(await alarmOf("harbor-pump-2", (found) => found?.isActive === false)).toMatchObject({ state: "unacknowledged" });
  });

  test("an operator of the site acknowledges with a note, which stays; the log knows who", async () => {
    const before = await alarmOf("harbor-pump-1", (found) => found !== undefined);
    const response = await otto.post("/api/alarms/acknowledge", { ...reference(before), note: " checked on site " });
    expect(response.status).toBe(200);
    expect(((await response.json()) as { alarm: AlarmView }).alarm).toMatchObject({
      state: "acknowledged",
      acknowledged: { note: "checked on site" },
    });
    expect((await list(otto, "?state=acknowledged")).alarms.map(({ thing }) => thing)).toEqual(["harbor-pump-1"]);
    const admin = await world.signIn(["operators", "admins", "site-harbor"]);
    expect(await rowsOfKind(admin, "acknowledge", 1)).toMatchObject([
      { kind: "acknowledge", thing: "harbor-pump-1", fields: ["vibration"], note: "checked on site", status: "recorded" },
    ]);
  });

  test("an acknowledged alarm that gets worse asks for a person again, and the old answer is refused", async () => {
    const before = await alarmOf("harbor-pump-1", (found) => found?.state === "acknowledged");
    await world.publish("harbor-pump-1", { vibration: 8 });
    const worse = await alarmOf("harbor-pump-1", (found) => found?.state === "unacknowledged");
    expect(worse).toMatchObject({ severity: "critical", acknowledged: null });
    const stale = await otto.post("/api/alarms/acknowledge", { ...reference(before), raisedAtMs: before.raisedAtMs - 1 });
    expect(stale.status).toBe(409);
  });

  test("snoozed until a time, and awake again", async () => {
    const alarm = await alarmOf("harbor-pump-1", (found) => found !== undefined);
    const until = Date.now() + 3_600_000;
    expect((await otto.post("/api/alarms/snooze", { ...reference(alarm), untilMs: until })).status).toBe(200);
    expect(await alarmOf("harbor-pump-1", (found) => found?.state === "snoozed")).toMatchObject({ snoozed: { untilMs: until } });
    expect((await otto.post("/api/alarms/snooze", { ...reference(alarm), untilMs: null })).status).toBe(200);
    await alarmOf("harbor-pump-1", (found) => found?.state === "unacknowledged");
    for (const untilMs of [Date.now() - 1, Date.now() + 8 * 86_400_000]) {
      const refused = await otto.post("/api/alarms/snooze", { ...reference(alarm), untilMs });
      expect(refused.status).toBe(422);
      expect(await refused.json()).toMatchObject({ error: { details: { field: "untilMs" } } });
    }
  });

  test("assigned to somebody by name, and to nobody again; the log knows by whom", async () => {
    const alarm = await alarmOf("harbor-pump-1", (found) => found !== undefined);
    expect((await otto.post("/api/alarms/assign", { ...reference(alarm), to: " Rita Ridge " })).status).toBe(200);
    expect(await alarmOf("harbor-pump-1", (found) => found?.assigned != null)).toMatchObject({ assigned: { to: "Rita Ridge" } });
    expect((await rita.post("/api/alarms/assign", { ...reference(alarm), to: "Rita Ridge" })).status).toBe(404);
    expect((await otto.post("/api/alarms/assign", { ...reference(alarm), to: " " })).status).toBe(400);
    expect((await otto.post("/api/alarms/assign", { ...reference(alarm), to: null })).status).toBe(200);
    await alarmOf("harbor-pump-1", (found) => found?.assigned === null);
    const admin = await world.signIn(["operators", "admins", "site-harbor"]);
    expect((await rowsOfKind(admin, "assign", 2)).map(({ note }) => note)).toEqual(["to nobody", "to Rita Ridge"]);
  });

  test("another site's operator finds no such alarm; a guest may look and not answer; a stranger gets 401", async () => {
    const alarm = await alarmOf("harbor-pump-1", (found) => found !== undefined);
    expect((await rita.post("/api/alarms/acknowledge", { ...reference(alarm), note: "" })).status).toBe(404);
    expect((await otto.post("/api/alarms/acknowledge", { ...reference(alarm), metric: "flow", note: "" })).status).toBe(404);
    const guest = world.stranger();
    expect((await guest.post("/api/session", { kind: "guest" })).status).toBe(201);
    expect((await list(guest, "?thing=harbor-pump-1")).alarms).toHaveLength(1);
    expect((await guest.post("/api/alarms/acknowledge", { ...reference(alarm), note: "" })).status).toBe(403);
    const stranger = world.stranger();
    expect((await stranger.request("/api/alarms")).status).toBe(401);
    expect((await stranger.post("/api/alarms/acknowledge", { ...reference(alarm), note: "" })).status).toBe(401);
  });

  test("bad input names its field, other methods name the right one, and another page's write is refused", async () => {
    const alarm = await alarmOf("harbor-pump-1", (found) => found !== undefined);
    for (const [body, field] of [
      [{ ...reference(alarm), note: "x".repeat(501) }, "note"],
      [{ ...reference(alarm), thing: "../x" }, "thing"],
      [{ ...reference(alarm), raisedAtMs: "now" }, "raisedAtMs"],
      [{ metric: "m", raisedAtMs: 1 }, "thing"],
    ] as const) {
      const response = await otto.post("/api/alarms/acknowledge", body);
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: { details: { fields: string[] } } }).error.details.fields).toContain(field);
    }
    for (const query of ["?severity=loud", "?state=open", "?site=Harbor", "?limit=0", "?limit=501", "?all=1"]) {
      expect((await otto.request(`/api/alarms${query}`)).status).toBe(400);
    }
    for (const path of ["/api/alarms/acknowledge", "/api/alarms/snooze", "/api/alarms/assign"]) {
      const response = await otto.request(path);
      expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
    }
    const wrongMethod = await otto.request("/api/alarms", { method: "DELETE" });
    expect([wrongMethod.status, wrongMethod.headers.get("allow")]).toEqual([405, "GET"]);
    expect((await otto.post("/api/alarms/acknowledge", { ...reference(alarm), note: "" }, { origin: "https://evil.example" })).status).toBe(
      403,
    );
  });

  test("without DynamoDB alarms are unavailable, and back by themselves", async () => {
    const status = async () => (await otto.request("/api/alarms")).status;
    await world.localAws.control("throttle", { api: "dynamodb:Query" });
    await eventually(status, (found) => found === 503);
    await world.localAws.control("throttle", { api: "dynamodb:Query", off: true });
    await eventually(status, (found) => found === 200);
  });
});
