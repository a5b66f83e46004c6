import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { MqttTransport, TransportEnd } from "../../../lib/connection/mqtt-transport.ts";
import { useLeanSdk } from "../../support/lean-sdk.ts";
import { type LoopbackBroker, publishPacket, startLoopbackBroker } from "../../support/loopback-broker.ts";

/** The SDK's browser build, as the worker runs it. */
vi.stubGlobal("window", globalThis);
useLeanSdk();
const { openTransport } = await import("../../../lib/connection/mqtt-transport.client.ts");

let broker: LoopbackBroker;
let transport: MqttTransport | null = null;

beforeEach(async () => {
  broker = await startLoopbackBroker();
});
afterEach(async () => {
  transport?.close();
  await broker.close();
});

function connect(): { received: [string, string][]; connected: Promise<void>; ended: Promise<TransportEnd> } {
  const received: [string, string][] = [];
  let onConnected = (): void => undefined;
  let onClosed: (end: TransportEnd) => void = () => undefined;
  const connected = new Promise<void>((resolve) => (onConnected = resolve));
  const ended = new Promise<TransportEnd>((resolve) => (onClosed = resolve));
  transport = openTransport({
    url: broker.url,
    clientId: "tab-1",
    onConnected: () => onConnected(),
    onClosed: (end) => onClosed(end),
    onMessage: ({ topic, payload }) => received.push([topic, new TextDecoder().decode(payload)]),
  });
  return { received, connected, ended };
}

const opened = (): MqttTransport => {
  if (!transport) throw new Error("not connected");
  return transport;
};

describe("the decoder under the SDK", () => {
  test.each([
    [1, undefined],
    [2, undefined],
    [20, undefined],
    [100, undefined],
    [20, 37],
  ])(
    "with %i packets a WebSocket frame (split at %s) gives every value to its own device, none lost, in order",
    async (perFrame, splitAt) => {
      const { received, connected } = connect();
      await connected;
      await opened().subscribe(["dt/s/+/telemetry"]);
      const sent = Array.from(
        { length: 2_000 },
        (_, i) => [`dt/s/t${i % 40}/telemetry`, JSON.stringify({ thing: `t${i % 40}`, seq: i, pad: "x".repeat(i % 97) })] as const,
      );
      const packets = sent.map(([topic, payload]) => publishPacket(topic, payload));
      for (const client of broker.clients) client.sendPackets(packets, perFrame, splitAt);
      await vi.waitFor(() => expect(received).toHaveLength(sent.length), { timeout: 20_000 });
      expect(received).toEqual(sent);
    },
  );
});

describe("the transport", () => {
  test("tells a refused filter from a granted one, and keeps the connection", async () => {
    broker.answers.subackReason = (filter) => (filter.startsWith("st/") ? 0x87 : 0);
    const { connected } = connect();
    await connected;
    expect(await opened().subscribe(["dt/a/+/telemetry", "st/b/+/shadow", "dt/c/+/telemetry"])).toEqual([0, 0x87, 0]);
    expect(broker.clients.size).toBe(1);
  });

  test("reports a refusing CONNACK with its reason, which the SDK keeps to itself", async () => {
    broker.answers.connackReason = () => 0x87;
    expect(await connect().ended).toEqual({ phase: "handshake", connackReason: 0x87 });
  });

  test("reports a takeover with its reason", async () => {
    const { connected, ended } = connect();
    await connected;
    for (const client of broker.clients) client.disconnect(0x8e);
    expect(await ended).toEqual({ phase: "connected", disconnectReason: 0x8e });
  });

  test("reports a refused upgrade and a cut socket, and never connects again by itself", async () => {
    broker.answers.refuseUpgrade = () => 403;
    expect(await connect().ended).toEqual({ phase: "handshake" });
    broker.answers.refuseUpgrade = () => null;
    const second = connect();
    await second.connected;
    for (const client of broker.clients) client.cut();
    expect(await second.ended).toEqual({ phase: "connected" });
    expect(broker.upgradeUrls).toHaveLength(2);
  });

  test("takes an attempt back that nobody answers: its socket holds up no later one", async () => {
    const silent = createServer();
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const asked = once(silent, "connection") as Promise<[Socket]>;
    const { port } = silent.address() as AddressInfo;
    transport = openTransport({
      url: `ws://127.0.0.1:${port}/mqtt`,
      clientId: "tab-1",
      onConnected: () => undefined,
      onClosed: () => undefined,
      onMessage: () => undefined,
    });
    const [socket] = await asked;
    socket.resume().on("error", () => undefined);
    transport.close();
    await once(socket, "close");
    silent.close();
  });

  test("asks for a keep-alive of 30 s and measures the way there and back", async () => {
    const { connected } = connect();
    await connected;
    expect(broker.connectPackets[0]).toMatchObject({ keepalive: 30, clientId: "tab-1", clean: true });
    expect(await opened().echo()).toBeGreaterThan(0);
    expect(broker.unsubscribes).toEqual([["thingdeck/echo"]]);
  });
});
