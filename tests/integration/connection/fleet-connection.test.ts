import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ConnectionState } from "../../../lib/connection/connection-state.ts";
import type { FleetConnection, FleetConnectionParts } from "../../../lib/connection/fleet-connection.ts";
import { createCredentialsSource } from "../../../lib/credentials/credentials-source.client.ts";
import { useLeanSdk } from "../../support/lean-sdk.ts";
import { type LoopbackBroker, startLoopbackBroker } from "../../support/loopback-broker.ts";

vi.stubGlobal("window", globalThis);
useLeanSdk();
const { createFleetConnection } = await import("../../../lib/connection/fleet-connection.client.ts");

let broker: LoopbackBroker;
let connection: FleetConnection | null = null;

beforeEach(async () => {
  broker = await startLoopbackBroker();
});
afterEach(async () => {
  connection?.stop("signed-out");
  await broker.close();
});

function answer(): Response {
  const serverTimeMs = Date.now();
  return Response.json({
    credentials: { accessKeyId: "ASIAX", secretAccessKey: "s", sessionToken: "t", expiresAtMs: serverTimeMs + 3_600_000 },
    identityId: "eu-west-1:me",
    clientIdPrefix: "eu-west-1:me-",
    region: "eu-west-1",
    mqttUrl: broker.url,
    sites: [{ id: "harbor", label: "Harbor" }],
    telemetryTopic: "dt/{site}/{thing}/telemetry",
    serverTimeMs,
  });
}

function start(fetchKeys: () => Response = answer, parts: Pick<FleetConnectionParts, "explainLoss"> = {}) {
  const states: ConnectionState[] = [];
  let asked = 0;
  const source = createCredentialsSource({
    fetch: () => {
      asked += 1;
      return Promise.resolve(fetchKeys());
    },
  });
  connection = createFleetConnection({
    ...parts,
    source,
    isOnline: () => true,
    random: () => 0,
    onState: (state) => states.push(state),
    onMessage: () => undefined,
  });
  connection.start();
  const reach = (status: ConnectionState["status"]) => vi.waitFor(() => expect(states.at(-1)?.status).toBe(status), { timeout: 10_000 });
  return { states, reach, asked: () => asked };
}

describe("the fleet connection", () => {
  test("connects under the viewer's own client id and subscribes its sites' shadow and presence", async () => {
    const { reach } = start();
    await reach("live");
    await vi.waitFor(() => expect(broker.subscribes).toEqual([["st/harbor/+/shadow", "st/harbor/+/presence"]]));
    expect(broker.connectPackets[0]?.clientId).toMatch(/^eu-west-1:me-[0-9a-f-]{36}$/);
  });

  test("comes back after a cut, subscribes everything again, and says why it was away", async () => {
    const { states, reach } = start();
    await reach("live");
    for (const client of broker.clients) client.cut();
    await reach("reconnecting");
    expect(states.at(-1)).toMatchObject({ attempt: 1, reason: { cause: "network", isGuess: true } });
    await reach("live");
    await vi.waitFor(() => expect(broker.subscribes).toHaveLength(2));
  });

  test("counts a connection that ends at once as one more attempt in vain", async () => {
    const { states, reach } = start();
    for (const attempt of [1, 2]) {
      await reach("live");
      for (const client of broker.clients) client.cut();
      await reach("reconnecting");
      expect(states.at(-1)).toMatchObject({ attempt });
    }
  });

  test("yields to a takeover: it comes back under another name and never pushes the other out", async () => {
    const { reach } = start();
    await reach("live");
    for (const client of broker.clients) client.disconnect(0x8e);
    await reach("reconnecting");
    await reach("live");
    const names = broker.connectPackets.map(({ clientId }) => clientId);
    expect(new Set(names).size).toBe(2);
  });

  test("names the denied action and resource when the policy refuses the connection", async () => {
    broker.answers.connackReason = () => 0x87;
    const { states, reach } = start();
    await reach("refused");
    expect(states.at(-1)).toMatchObject({ action: "iot:Connect", resource: expect.stringMatching(/^client\/eu-west-1:me-/) as string });
    expect(broker.connectPackets).toHaveLength(1);
  });

  test("names the filter when every subscription is refused, and keeps the connection", async () => {
    broker.answers.subackReason = () => 0x87;
    const { states, reach } = start();
    await reach("refused");
    expect(states.at(-1)).toMatchObject({ action: "iot:Subscribe", resource: "topicfilter/st/harbor/+/shadow" });
    expect(broker.clients.size).toBe(1);
  });

  test("asks for other keys after a refused handshake happened twice, at most once a minute", async () => {
    const { reach, asked } = start();
    broker.answers.refuseUpgrade = () => 403;
    await vi.waitFor(() => expect(broker.upgradeUrls.length).toBeGreaterThanOrEqual(3), { timeout: 10_000 });
    expect(asked()).toBe(2);
    broker.answers.refuseUpgrade = () => null;
    await reach("live");
  });

  test("says at once what the server finds, and asks for no other keys where its address is wrong", async () => {
    const reason = { cause: "broker-address", sentence: "The broker’s name does not resolve.", isGuess: false } as const;
    const { states, asked } = start(answer, {
      explainLoss: (loss, attempt, onBetter) => {
        if (attempt === 2) setTimeout(() => onBetter(reason), 0);
        return attempt < 3 ? loss : reason;
      },
    });
    broker.answers.refuseUpgrade = () => 503;
    await vi.waitFor(() => expect(broker.upgradeUrls.length).toBeGreaterThanOrEqual(3), { timeout: 10_000 });
    expect(states.findLast((state) => state.status === "reconnecting" && state.attempt === 2)).toMatchObject({ reason });
    expect(asked()).toBe(1);
  });

  test("waits, and says until when, while access is being set up", async () => {
    const { states, reach } = start(() => Response.json({ code: "credentials/setting-up", retryAfterMs: 60_000 }, { status: 202 }));
    await reach("setting-up");
    expect(states.at(-1)).toMatchObject({ retryAtMs: expect.any(Number) as number });
    expect(broker.upgradeUrls).toEqual([]);
  });

  test("ends when the session has ended, and stays ended", async () => {
    const { reach } = start(() => new Response("{}", { status: 401 }));
    await reach("signed-out");
    connection?.retryNow();
    expect(broker.upgradeUrls).toEqual([]);
  });
});
