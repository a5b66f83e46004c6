import "client-only";
import { Mqtt5Client, Mqtt5WebsocketUrlFactoryType, QoS } from "aws-crt/dist.browser/browser/mqtt5";
import type { MqttTransport, TransportEnd, TransportEvents, TransportOptions } from "./mqtt-transport.ts";

/** AWS IoT's shortest keep-alive (AWS.md D.5); the SDK's default of 20 minutes would hide a dead link. */
const KEEP_ALIVE_SECONDS = 30;
const CONNECT_TIMEOUT_MS = 15_000;
const ANSWER_MS_MAX = 10_000;
/** Never reached: reconnecting is decided by reconnect-policy.ts, with a new client per attempt. (Larger values overflow setTimeout inside.) */
const SDK_RECONNECT_MS = 600_000;
/** A filter nobody holds: UNSUBSCRIBE on it changes nothing, needs no permission, and its UNSUBACK proves the way there and back. */
const ECHO_FILTER = "thingdeck/echo";

function toBytes(payload: unknown): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  if (payload instanceof ArrayBuffer) return new Uint8Array(payload);
  if (typeof payload === "string") return new TextEncoder().encode(payload);
  return new Uint8Array();
}

/** The SDK leaves a promise open for good when its answer never comes. */
function inTime<Value>(promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("No answer came in time.")), ANSWER_MS_MAX);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function createClient({ url, clientId }: TransportOptions): Mqtt5Client {
  const { hostname, port } = new URL(url);
  return new Mqtt5Client({
    hostName: hostname,
    port: Number(port) || 443,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    minReconnectDelayMs: SDK_RECONNECT_MS,
    maxReconnectDelayMs: SDK_RECONNECT_MS,
    connectProperties: { keepAliveIntervalSeconds: KEEP_ALIVE_SECONDS, clientId, sessionExpiryIntervalSeconds: 0 },
    websocketOptions: { urlFactoryOptions: { urlFactory: Mqtt5WebsocketUrlFactoryType.Custom, customUrlFactory: () => url } },
  });
}

function listen(client: Mqtt5Client, events: TransportEvents, end: (evidence: TransportEnd) => void): void {
  client.on("connectionSuccess", () => events.onConnected());
  client.on("connectionFailure", ({ connack }) => {
    end({ phase: "handshake", ...(connack ? { connackReason: connack.reasonCode } : {}) });
  });
  client.on("disconnection", ({ disconnect }) => {
    end({ phase: "connected", ...(disconnect ? { disconnectReason: disconnect.reasonCode } : {}) });
  });
  client.on("messageReceived", ({ message }) => {
    events.onMessage({ topic: message.topicName, payload: toBytes(message.payload), isRetained: message.retain === true });
  });
  client.on("info", (error) => {
    const connackReason = connackReasonOf(error);
    if (connackReason !== null) end({ phase: "handshake", connackReason });
  });
  client.on("error", () => undefined);
}

/** The SDK's browser client keeps a refusing CONNACK to itself; its reason code only shows on the error it wraps. */
function connackReasonOf(error: object): number | null {
  const inner: unknown = "error" in error ? error.error : null;
  const code: unknown = typeof inner === "object" && inner !== null && "code" in inner ? inner.code : null;
  return typeof code === "number" && code >= 0x80 && code <= 0xff ? code : null;
}

/** Connects with the SDK's MQTT 5 client; never throws, a failure arrives as `onClosed`. */
export function openTransport(options: TransportOptions): MqttTransport {
  let client: Mqtt5Client | null = null;
  let isOver = false;
  const end = (evidence: TransportEnd): void => {
    if (isOver) return;
    dispose();
    options.onClosed(evidence);
  };
  const dispose = (): void => {
    isOver = true;
    client?.stop();
  };
  const guarded: TransportEvents = {
    onConnected: () => {
      if (!isOver) options.onConnected();
    },
    onMessage: (message) => {
      if (!isOver) options.onMessage(message);
    },
    onClosed: end,
  };
  try {
    client = createClient(options);
    listen(client, guarded, end);
    client.start();
  } catch {
    setTimeout(() => end({ phase: "handshake", ownVerdict: "client-error" }), 0);
  }
  const opened = (): Mqtt5Client => {
    if (!client || isOver) throw new Error("The connection is closed.");
    return client;
  };
  return {
    subscribe: async (filters) => {
      const subscriptions = filters.map((topicFilter) => ({ topicFilter, qos: QoS.AtMostOnce }));
      const { reasonCodes } = await inTime(opened().subscribe({ subscriptions }));
      return reasonCodes;
    },
    unsubscribe: async (filters) => {
      await inTime(opened().unsubscribe({ topicFilters: filters }));
    },
    echo: async () => {
      const sentAtMs = performance.now();
      await opened().unsubscribe({ topicFilters: [ECHO_FILTER] });
      return performance.now() - sentAtMs;
    },
    close: dispose,
  };
}
