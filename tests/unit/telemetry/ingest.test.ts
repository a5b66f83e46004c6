import { describe, expect, test } from "vitest";
import { createTopics } from "../../../lib/fleet/topics.ts";
import { createIngest } from "../../../lib/telemetry/ingest.ts";
import { createLiveStore } from "../../../lib/telemetry/live-store.ts";
import { thingSummary } from "../../support/thing-summary.ts";

const topics = createTopics();
const T0 = 1_763_870_000_000;

/** The ingest and the store with a clock that only moves when told. */
function deck() {
  let nowMs = T0;
  const lines: string[] = [];
  const ingest = createIngest({ nowMs: () => nowMs, log: (line) => lines.push(line) });
  const store = createLiveStore({ nowMs: () => nowMs });
  const send = (topic: string, payload: string | Uint8Array, isRetained = false) =>
    ingest.take({ topic, payload: typeof payload === "string" ? new TextEncoder().encode(payload) : payload, isRetained }, topics);
  const frame = () => {
    store.ingest(ingest.flush());
    store.flush();
  };
  return { ingest, store, lines, send, frame, advance: (byMs: number) => (nowMs += byMs) };
}

const telemetry = (thing: string) => `dt/harbor/${thing}/telemetry`;

describe("from message to store", () => {
  test("every value lands under its own device's name", () => {
    const { store, send, frame } = deck();
    for (let round = 0; round < 20; round += 1)
      for (let i = 0; i < 500; i += 1) send(telemetry(`t${i}`), `{"value":${i},"round":${round}}`);
    frame();
    for (let i = 0; i < 500; i += 1) expect(store.record(`t${i}`).metric("value", store.facts())?.value).toBe(i);
  });

  test("listeners hear at most once a frame, and only of things that changed", () => {
    const { store, send, frame } = deck();
    const heard: string[] = [];
    for (const thing of ["a", "b"]) store.subscribe(thing, () => heard.push(thing));
    for (let i = 0; i < 50; i += 1) send(telemetry("a"), `{"v":${i}}`);
    frame();
    expect(heard).toEqual(["a"]);
  });

  test("snapshots stay the same object until something in them changes", () => {
    const { store, send, frame } = deck();
    send(telemetry("a"), '{"v":1}');
    frame();
    const before = [store.record("a").live(store.facts()), store.record("a").metric("v", store.facts())];
    send(telemetry("b"), '{"v":1}');
    frame();
    expect(store.record("a").live(store.facts())).toBe(before[0]);
    expect(store.record("a").metric("v", store.facts())).toBe(before[1]);
  });

  test("a redelivered message is shown once; a device that restarts counts anew", () => {
    const { store, send, frame } = deck();
    for (const seq of [1, 2, 2, 1, 3]) send(telemetry("a"), `{"v":${seq},"seq":${seq},"ts":${T0 + seq}}`);
    send(telemetry("a"), `{"v":9,"seq":1,"ts":${T0 + 60_000}}`);
    frame();
    expect(store.counters().duplicate).toBe(2);
    expect(store.record("a").series.rowCount).toBe(4);
  });

  test("names that were invented make room for a device that comes later, and take nothing from one that goes on", () => {
    const { store, send, frame } = deck();
    const value = (thing: string): unknown => store.record(thing).metric("v", store.facts())?.value;
    for (let round = 0; round < 5; round += 1) {
      send(telemetry("known"), `{"v":${round},"seq":${round},"ts":${T0 + round}}`);
      for (let i = 0; i < 5_000; i += 1) send(telemetry(`x${round}-${i}`), '{"v":-1}');
      frame();
    }
    send(telemetry("late"), '{"v":7}');
    send(telemetry("known"), `{"v":4,"seq":4,"ts":${T0 + 4}}`);
    send(telemetry("known"), `{"v":9,"seq":9,"ts":${T0 + 9}}`);
    frame();
    expect([value("late"), value("known")]).toEqual([7, 9]);
    expect(store.record("known").series.rowCount).toBe(6);
    expect(store.counters()).toMatchObject({ shed: 0, duplicate: 1 });
  });

  test("a malformed payload is counted and dropped, with one line a device and minute; others go on", () => {
    const { store, lines, send, frame, advance } = deck();
    for (let i = 0; i < 10; i += 1) send(telemetry("bad"), "{");
    send(telemetry("good"), '{"v":1}');
    frame();
    advance(61_000);
    send(telemetry("bad"), "{");
    frame();
    expect(store.counters().malformed).toBe(11);
    expect(lines).toHaveLength(2);
    expect(store.record("good").metric("v", store.facts())?.value).toBe(1);
    expect(store.record("bad").metricNames()).toEqual([]);
  });

  test.each([
    "dt//a/telemetry",
    "dt/harbor/a/telemetry/",
    "dt/harbor/a%2fb/telemetry",
    "dt/harbor/ä/telemetry",
    "dt/harbor/telemetry",
    "x",
    "",
    "dt/HARBOR/a/telemetry",
  ])("the odd topic %j is counted and ignored", (topic) => {
    const { store, send, frame } = deck();
    send(topic, '{"v":1}');
    frame();
    expect(store.counters().unknownTopic).toBe(1);
  });

  test("a retained value is shown with its age, not as live, and is no point of the line", () => {
    const { store, send, frame } = deck();
    send(telemetry("old"), `{"v":1,"ts":${T0 - 3_600_000}}`, true);
    frame();
    expect(store.record("old").lastHeardMs).toBe(T0 - 3_600_000);
    expect(store.record("old").series.rowCount).toBe(0);
    expect(store.record("old").metric("v", store.facts())?.isStale).toBe(true);
  });

  test("a device's wrong clock is said and moves no value: order is by arrival", () => {
    const { store, send, frame, advance } = deck();
    send(telemetry("a"), `{"v":1,"ts":${T0 + 3_600_000}}`);
    advance(1_000);
    send(telemetry("a"), `{"v":2,"ts":${T0 + 3_600_001}}`);
    frame();
    const { series } = store.record("a");
    expect([series.timeAt(0), series.timeAt(1)]).toEqual([T0, T0 + 1_000]);
    expect(
      store
        .record("a")
        .events()
        .map(({ kind }) => kind),
    ).toEqual(["clock"]);
  });

  test.each([['"soon"'], ["1795453746"], ["null"], ["0"], ["253402300799000"]])(
    "a device whose time is %s has a clock that cannot be read, until it sends a time",
    (ts) => {
      const { store, send, frame } = deck();
      send(telemetry("a"), `{"v":1,"ts":${ts}}`);
      frame();
      expect(store.record("a").live(store.facts())).toMatchObject({ isClockUnreadable: true, clockSkewMs: null });
      send(telemetry("a"), `{"v":2,"ts":${T0}}`);
      frame();
      expect(store.record("a").live(store.facts()).isClockUnreadable).toBe(false);
    },
  );

  test("a value grows stale within twice its interval without a message", () => {
    const { store, send, frame, advance } = deck();
    store.seed([thingSummary("a", { thingType: null, connectivity: null })]);
    send(telemetry("a"), '{"v":1}');
    frame();
    advance(1_000);
    store.tick();
    expect(store.record("a").metric("v", store.facts())?.isStale).toBe(false);
    advance(1_000);
    store.tick();
    expect(store.record("a").metric("v", store.facts())?.isStale).toBe(true);
  });

  test("seconds in which as many messages came as AWS IoT brings are counted, others are not", () => {
    const { store, send, frame, advance } = deck();
    const second = (perSecond: number) => {
      for (let i = 0; i < perSecond; i += 1) send(telemetry("a"), `{"v":${i}}`);
      frame();
      advance(1_000);
      store.tick();
    };
    for (let i = 0; i < 10; i += 1) second(60);
    expect(store.counters().fullSeconds).toBe(0);
    second(700);
    for (let i = 0; i < 9; i += 1) second(60);
    expect(store.counters().fullSeconds).toBe(0);
    for (let i = 0; i < 10; i += 1) second(100);
    // Measured two seconds at a time: the first of these two may have begun before.
    const { fullSeconds } = store.counters();
    expect(fullSeconds).toBeGreaterThanOrEqual(8);
    for (let i = 0; i < 10; i += 1) second(40);
    expect(store.counters()).toMatchObject({ fullSeconds, messagesPerSecond: 40 });
  });

  test("an older shadow or presence never replaces a newer one", () => {
    const { store, send, frame } = deck();
    const shadow = (version: number) => JSON.stringify({ thing: "a", version, desired: {}, reported: { n: version }, metadata: {} });
    for (const version of [5, 4, 6, 6, 2]) send("st/harbor/a/shadow", shadow(version));
    send("st/harbor/a/presence", JSON.stringify({ thing: "a", connected: false, atMs: T0, reason: "CONNECTION_LOST", versionNumber: 2 }));
    send("st/harbor/a/presence", JSON.stringify({ thing: "a", connected: true, atMs: T0 - 5_000, reason: null, versionNumber: 1 }));
    frame();
    const live = store.record("a").live(store.facts());
    expect(live.reported).toEqual({ n: 6 });
    expect(live.liveness).toBe("offline");
    expect(live.offlineReason).toBe("CONNECTION_LOST");
  });

  test("10,000 random device names and a page that takes nothing keep memory bounded, the newest values, and a count of the rest", () => {
    const { ingest, store, send, frame } = deck();
    for (let i = 0; i < 60_000; i += 1) send(telemetry(`r${i % 10_000}`), `{"a":${i},"b":2,"c":3,"d":4,"e":5}`);
    const batch = ingest.flush();
    expect(batch.samples?.samples.byteLength).toBeLessThanOrEqual(2_097_152);
    expect(batch.shed).toBeGreaterThan(0);
    store.ingest(batch);
    frame();
    expect(store.record("r9999").metric("a", store.facts())?.value).toBe(59_999);
  });

  test("a device that invents names of values takes none from the others, and is told of", () => {
    const { store, lines, send, frame } = deck();
    for (let i = 0; i < 6_000; i += 1) send(telemetry("bad"), `{"m${i}":1,"known":${i}}`);
    send(telemetry("good"), '{"fresh":7}');
    frame();
    expect(store.record("good").metric("fresh", store.facts())?.value).toBe(7);
    expect(store.record("bad").metric("known", store.facts())?.value).toBe(5_999);
    expect(store.record("bad").metricNames().length).toBeLessThanOrEqual(256);
    expect(store.counters().malformed).toBeGreaterThan(5_000);
    expect(lines).toHaveLength(1);
  });

  test("one thing keeps at most 256 values, also of names that others have brought", () => {
    const { store, send, frame } = deck();
    for (let i = 0; i < 600; i += 1) send(telemetry(`t${i % 3}`), `{"m${i}":1}`);
    for (let i = 0; i < 600; i += 1) send(telemetry("wide"), `{"m${i}":2}`);
    frame();
    expect(store.record("wide").metricNames()).toHaveLength(256);
  });

  test("a page that takes nothing gets the newest shadow and presence of each thing, and a count of the rest", () => {
    const { ingest, store, send } = deck();
    const pad = "x".repeat(4_000);
    const shadow = (version: number) => `{"version":${version},"desired":{},"reported":{"n":${version},"pad":"${pad}"},"metadata":{}}`;
    const presence = (i: number) => `{"connected":${i % 2 === 0},"atMs":${T0 + i},"versionNumber":${i}}`;
    for (let i = 1; i <= 5_000; i += 1) send(`st/harbor/t${i % 50}/shadow`, shadow(i));
    for (let i = 1; i <= 20_000; i += 1) send(`st/harbor/t${i % 50}/presence`, presence(i));
    const batch = ingest.flush();
    expect(JSON.stringify(batch.shadows).length).toBeLessThan(8_000_000);
    expect(batch.presences.length).toBeLessThan(15_000);
    expect(batch.shed).toBe(25_000 - batch.shadows.length - batch.presences.length);
    store.ingest(batch);
    for (let i = 0; i < 50; i += 1) expect(store.record(`t${i}`).live(store.facts()).version).toBe(i === 0 ? 5_000 : 4_950 + i);
  });

  test("a shadow as deep and as large as AWS lets it be is followed", () => {
    const { store, send, frame } = deck();
    const deep = (leaf: string) => `{"a":{"b":{"c":{"d":{"e":${leaf}}}}}}`;
    const fields = Array.from({ length: 700 }, (_, i) => `"field${i}":${i}`).join(",");
    const stamps = Array.from({ length: 700 }, (_, i) => `"field${i}":{"timestamp":1763870000}`).join(",");
    send("st/harbor/a/shadow", `{"version":1,"reported":${deep("1")},"metadata":{"reported":${deep('{"timestamp":1763870000}')}}}`);
    send("st/harbor/b/shadow", `{"version":1,"reported":{${fields}},"metadata":{"reported":{${stamps}}}}`);
    frame();
    expect(store.counters().malformed).toBe(0);
    expect(store.record("a").live(store.facts()).reported).toEqual(JSON.parse(deep("1")));
    expect(store.record("b").live(store.facts()).reported).toMatchObject({ field699: 699 });
  });

  test("of thousands of devices that send nonsense each has at most a line a minute, and the log a bound", () => {
    const { lines, send, advance } = deck();
    for (let round = 0; round < 2; round += 1) for (let i = 0; i < 2_500; i += 1) send(telemetry(`n${i}`), "{");
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines.length).toBeLessThanOrEqual(2_000);
    advance(61_000);
    send(telemetry("n1"), "{");
    expect(lines.filter((line) => line.includes("n1 "))).toHaveLength(2);
  });

  test("wiping forgets everything", () => {
    const { store, send, frame } = deck();
    send(telemetry("a"), '{"secret":1}');
    frame();
    store.wipe();
    expect(store.record("a").metricNames()).toEqual([]);
    expect(store.facts().isLinkTrusted).toBe(false);
  });
});
