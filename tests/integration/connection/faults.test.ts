import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ConnectionState } from "../../../lib/connection/connection-state.ts";
import type { FleetConnection } from "../../../lib/connection/fleet-connection.ts";
import { createCredentialsSource } from "../../../lib/credentials/credentials-source.client.ts";
import { type FaultProxy, startFaultProxy } from "../../support/fault-proxy.ts";
import { useLeanSdk } from "../../support/lean-sdk.ts";
import { type LoopbackBroker, publishPacket, startLoopbackBroker } from "../../support/loopback-broker.ts";

vi.stubGlobal("window", globalThis);
useLeanSdk();
const { createFleetConnection } = await import("../../../lib/connection/fleet-connection.client.ts");

const HOUR_MS = 3_600_000;
let broker: LoopbackBroker;
let proxy: FaultProxy;
let connections: FleetConnection[] = [];

beforeEach(async () => {
  broker = await startLoopbackBroker();
  proxy = await startFaultProxy(Number(new URL(broker.url).port));
});
afterEach(async () => {
  vi.useRealTimers();
  for (const connection of connections.splice(0)) connection.stop("signed-out");
  connections = [];
  await proxy.close();
  await broker.close();
});

/** A tab behind the fault proxy; its server hands out keys of an hour by a clock that is right. */
function openTab(newId: () => string = () => crypto.randomUUID()) {
  const states: ConnectionState[] = [];
  const topics: string[] = [];
  let askedCount = 0;
  let serverAheadMs = 0;
  const startedMs = performance.timeOrigin;
  const source = createCredentialsSource({
    fetch: () => {
      askedCount += 1;
      const serverTimeMs = startedMs + performance.now() + serverAheadMs;
      return Promise.resolve(
        Response.json({
          credentials: { accessKeyId: `ASIA${askedCount}`, secretAccessKey: "s", sessionToken: "t", expiresAtMs: serverTimeMs + HOUR_MS },
          identityId: "eu-west-1:me",
          clientIdPrefix: "eu-west-1:me-",
          region: "eu-west-1",
          mqttUrl: `ws://127.0.0.1:${proxy.port}/mqtt`,
          sites: [{ id: "harbor", label: "Harbor" }],
          telemetryTopic: "dt/{site}/{thing}/telemetry",
          serverTimeMs,
        }),
      );
    },
  });
  const connection = createFleetConnection({
    source,
    newId,
    isOnline: () => true,
    random: () => 0,
    onState: (state) => states.push(state),
    onMessage: ({ topic }) => topics.push(topic),
  });
  connections.push(connection);
  connection.start();
  const reach = (status: ConnectionState["status"], timeout = 20_000) =>
    vi.waitFor(() => expect(states.at(-1)?.status).toBe(status), { timeout });
  const subscribed = () =>
    vi.waitFor(() => expect(connection.facts().heldSinceMs("st/harbor/+/presence")).not.toBeNull(), { timeout: 20_000 });
  return {
    connection,
    source,
    states,
    topics,
    reach,
    subscribed,
    askedCount: () => askedCount,
    setServerAhead: (ms: number) => (serverAheadMs = ms),
  };
}

const keyOf = (url: string | undefined) => /X-Amz-Credential=(ASIA\d+)/.exec(decodeURIComponent(url ?? ""))?.[1];

describe("the connection under faults", () => {
  test(
    "a half-open link is noticed within half a keep-alive, told as silence, and left for a new connection",
    { timeout: 40_000 },
    async () => {
      const { states, reach, subscribed } = openTab();
      await subscribed();
      proxy.faults.isBlackHole = true;
      const sinceMs = performance.now();
      await reach("reconnecting");
      expect(performance.now() - sinceMs).toBeLessThan(16_000);
      expect(states.at(-1)).toMatchObject({ reason: { cause: "stalled", isGuess: false } });
      proxy.faults.isBlackHole = false;
      await reach("live");
      await subscribed();
      expect(broker.subscribes).toHaveLength(2);
    },
  );

  test(
    "two seconds there and back at 10 kB/s is slow, not broken: one connection, everything subscribed",
    { timeout: 40_000 },
    async () => {
      Object.assign(proxy.faults, { latencyMs: 1_000, bytesPerSecond: 10_000 });
      const { states, topics, subscribed } = openTab();
      await subscribed();
      for (const client of broker.clients) client.sendPackets([publishPacket("st/harbor/a/presence", "{}")]);
      await vi.waitFor(() => expect(topics).toEqual(["st/harbor/a/presence"]), { timeout: 5_000 });
      expect(states.some(({ status }) => status === "reconnecting")).toBe(false);
      expect(proxy.acceptedCount()).toBe(1);
    },
  );

  test("a clock set an hour forward or back neither drops the connection nor ages what is heard", async () => {
    const { source, states, subscribed, connection } = openTab();
    await subscribed();
    const before = source.clock.nowMs();
    const told = states.length;
    vi.useFakeTimers({ toFake: ["Date"] });
    for (const byMs of [HOUR_MS, -2 * HOUR_MS]) {
      vi.setSystemTime(Date.now() + byMs);
      expect(Math.abs(source.clock.nowMs() - before)).toBeLessThan(5_000);
      connection.wake("visible");
    }
    expect(states.slice(told).every(({ status }) => status === "live")).toBe(true);
    expect(broker.connectPackets).toHaveLength(1);
  });

  test("after two hours of sleep the next connection is signed with fresh keys, without a refused attempt", async () => {
    const { states, reach, subscribed, askedCount, setServerAhead, connection } = openTab();
    await subscribed();
    const askedBefore = askedCount();
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + 2 * HOUR_MS);
    setServerAhead(2 * HOUR_MS);
    proxy.cut();
    connection.wake("visible");
    await reach("reconnecting");
    await reach("live");
    expect(askedCount()).toBe(askedBefore + 1);
    expect(keyOf(broker.upgradeUrls.at(-1))).toBe(`ASIA${askedCount()}`);
    expect(broker.upgradeUrls).toHaveLength(2);
    expect(states.some(({ status }) => status === "refused")).toBe(false);
  });

  test("keys that ended during an outage are replaced before the first handshake of the return", async () => {
    const { reach, subscribed, askedCount, setServerAhead } = openTab();
    await subscribed();
    broker.answers.refuseUpgrade = () => 503;
    proxy.cut();
    await reach("reconnecting");
    await vi.waitFor(() => expect(broker.upgradeUrls.length).toBeGreaterThan(1), { timeout: 10_000 });
    const old = keyOf(broker.upgradeUrls.at(-1));
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + HOUR_MS);
    setServerAhead(HOUR_MS);
    broker.answers.refuseUpgrade = () => null;
    await reach("live");
    const used = keyOf(broker.upgradeUrls.at(-1));
    expect(used).not.toBe(old);
    expect(used).toBe(`ASIA${askedCount()}`);
    expect(askedCount()).toBeLessThanOrEqual(4);
  });

  test.each([
    [0xa0, "day-limit"],
    [0x98, "server-closed"],
    [0x8b, "server-restarting"],
  ])("the broker's own end (%i) is named, and everything is subscribed again", async (code, cause) => {
    const { states, subscribed } = openTab();
    await subscribed();
    for (const client of broker.clients) client.disconnect(code);
    await vi.waitFor(() => expect(broker.subscribes).toHaveLength(2), { timeout: 10_000 });
    expect(states.find(({ status }) => status === "reconnecting")).toMatchObject({ reason: { cause } });
  });

  test("two tabs with one name never push each other out: the one that is taken over comes back under another", async () => {
    broker.answers.connackReason = ({ clientId }) => {
      for (const client of broker.clients) if (client.clientId === clientId) client.disconnect(0x8e);
      return 0;
    };
    const named = (first: string) => {
      const ids = [first];
      return () => ids.shift() ?? crypto.randomUUID();
    };
    const one = openTab(named("same"));
    await one.subscribed();
    const two = openTab(named("same"));
    await two.subscribed();
    await one.subscribed();
    await vi.waitFor(() => expect(broker.clients.size).toBe(2));
    expect(broker.connectPackets).toHaveLength(3);
    expect(two.states.some(({ status }) => status === "reconnecting")).toBe(false);
    expect(new Set([...broker.clients].map(({ clientId }) => clientId)).size).toBe(2);
  });

  test("the time of a SUBACK is told by the server's clock, filter by filter, and forgotten with the connection", async () => {
    const { connection, source, subscribed, reach } = openTab();
    await subscribed();
    const heldSinceMs = connection.facts().heldSinceMs("st/harbor/+/shadow");
    expect(Math.abs((heldSinceMs ?? 0) - source.clock.nowMs())).toBeLessThan(5_000);
    proxy.cut();
    await reach("reconnecting");
    expect(connection.facts().heldSinceMs("st/harbor/+/shadow")).toBeNull();
  });
});
