import { connect, type IClientOptions, type MqttClient } from "mqtt";
import { z } from "zod";

/** What a thing needs to be itself on AWS IoT or on the local AWS. */
export interface ThingIdentity {
  readonly thingName: string;
  readonly site: string;
  /** `mqtts://host:port` */
  readonly endpointUrl: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** Root of the server's certificate; absent: the system's roots (AWS's are among them). */
  readonly caPem?: string;
}

/** A wish from the shadow: the fields where desired differs from reported. */
export interface Delta {
  readonly version: number;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The command that asked for it, when its writer sent a clientToken. */
  readonly commandId?: string;
}

export interface ThingConnection {
  publishTelemetry(readings: Readonly<Record<string, unknown>>): void;
  /** Sends `reported` fields; `null` removes one. What AWS refuses for its rate is sent again as it stands by then. */
  report(fields: Readonly<Record<string, unknown>>): void;
  readonly isConnected: boolean;
  /** Ends the connection cleanly; `isAbrupt` drops the socket as a cut cable would. */
  end(options?: { readonly isAbrupt?: boolean }): Promise<void>;
}

export interface ThingConnectionEvents {
  onDelta(delta: Delta): void;
  /** Called after every (re)connect, once the shadow topics are subscribed. */
  onReady(): void;
  onProblem(message: string): void;
  onOffline?(): void;
}

/** AWS serves 20 requests a second and shadow, whoever asks; a little later there is room again. */
const TOO_MANY_REQUESTS = 429;
const BUSY_WAIT_MS = 1_000;
/** A refusal does not say what it refused: whatever was reported this shortly before it. */
const REFUSED_WITHIN_MS = 5_000;

const deltaMessage = z.object({ version: z.number(), state: z.record(z.string(), z.unknown()), clientToken: z.string().optional() });
const updateRejected = z.object({ code: z.number() });
const getAccepted = z.object({ version: z.number(), state: z.object({ delta: z.record(z.string(), z.unknown()).optional() }) });

/**
 * Connects a thing with its certificate (MQTT 5 over mutual TLS), obeys its classic shadow and publishes telemetry to
 * `dt/{site}/{thing}/telemetry`. The caller must `end()` it.
 * The order on connect is the one AWS describes: subscribe first, then ask for the shadow once, so no delta is missed
 * (AWS IoT developer guide, "Using shadows in devices").
 */
export function connectThing(identity: ThingIdentity, events: ThingConnectionEvents): ThingConnection {
  const shadow = `$aws/things/${identity.thingName}/shadow`;
  const client = connect(identity.endpointUrl, clientOptions(identity));
  let lastDeltaVersion = -1;
  let answeredWish = "";
  const reports = createReports((reported) => publishIfOnline(client, `${shadow}/update`, { state: { reported } }));

  client.on("connect", () => {
    const filters = [`${shadow}/update/delta`, `${shadow}/get/accepted`, `${shadow}/get/rejected`, `${shadow}/update/rejected`];
    client.subscribe(filters, { qos: 1 }, (error) => {
      if (error) {
        events.onProblem(`subscribing to the shadow failed: ${error.message}`);
        return;
      }
      lastDeltaVersion = -1;
      answeredWish = "";
      client.publish(`${shadow}/get`, "", { qos: 1 });
      events.onReady();
    });
  });
  client.on("close", () => {
    reports.stop();
    events.onOffline?.();
  });
  client.on("error", (error) => events.onProblem(error.message));
  client.on("message", (topic, payload) => {
    const suffix = topic.slice(shadow.length);
    if (suffix === "/update/rejected" && isTooBusy(payload)) {
      reports.repeatSoon();
      return;
    }
    const delta = readDelta(suffix, payload);
    if (typeof delta === "string") {
      events.onProblem(delta);
      return;
    }
    // Deltas may arrive twice or late; an older wish must not undo a newer one.
    if (delta === undefined || delta.version <= lastDeltaVersion) return;
    lastDeltaVersion = delta.version;
    // While a wish is not fulfilled, each report of ours brings it back without its writer's token; answering that would never end.
    const wish = JSON.stringify(delta.fields);
    const isEcho = delta.commandId === undefined && wish === answeredWish;
    answeredWish = wish;
    if (!isEcho) events.onDelta(delta);
  });

  return {
    publishTelemetry: (readings) => publishIfOnline(client, `dt/${identity.site}/${identity.thingName}/telemetry`, readings),
    report: reports.send,
    get isConnected() {
      return client.connected;
    },
    end: ({ isAbrupt = false } = {}) => client.endAsync(isAbrupt),
  };
}

/** Reports that are said again, with each field's newest value, after AWS has refused one of them for its rate. */
function createReports(send: (fields: Readonly<Record<string, unknown>>) => void) {
  const latest = new Map<string, { value: unknown; atMs: number }>();
  let repetition: NodeJS.Timeout | undefined;

  const stop = () => {
    clearTimeout(repetition);
    repetition = undefined;
  };
  const report = (fields: Readonly<Record<string, unknown>>) => {
    for (const [name, value] of Object.entries(fields)) latest.set(name, { value, atMs: Date.now() });
    send(fields);
  };
  const repeat = (sinceMs: number) => {
    stop();
    const recent = [...latest].filter(([, { atMs }]) => atMs >= sinceMs).map(([name, { value }]) => [name, value] as const);
    if (recent.length > 0) report(Object.fromEntries(recent));
  };
  return {
    send: report,
    stop,
    repeatSoon: () => {
      const sinceMs = Date.now() - REFUSED_WITHIN_MS;
      repetition ??= setTimeout(() => repeat(sinceMs), BUSY_WAIT_MS * (0.5 + Math.random()));
    },
  };
}

/** Live data made while offline is not worth having later: nothing is queued. */
function publishIfOnline(client: MqttClient, topic: string, body: unknown): void {
  if (client.connected) client.publish(topic, JSON.stringify(body), { qos: 1 });
}

function clientOptions(identity: ThingIdentity): IClientOptions {
  return {
    clientId: identity.thingName,
    protocolVersion: 5,
    clean: true,
    keepalive: 30,
    reconnectPeriod: 2000 + 3000 * Math.random(),
    reconnectOnConnackError: true,
    connectTimeout: 15_000,
    queueQoSZero: false,
    cert: identity.certificatePem,
    key: identity.privateKeyPem,
    ...(identity.caPem === undefined ? {} : { ca: identity.caPem }),
  };
}

function isTooBusy(payload: Buffer): boolean {
  return updateRejected.safeParse(JSON.parse(payload.toString("utf8"))).data?.code === TOO_MANY_REQUESTS;
}

/** A delta from any of the shadow's answers, nothing when there is none, or the problem in words. */
function readDelta(suffix: string, payload: Buffer): Delta | string | undefined {
  const text = payload.toString("utf8");
  switch (suffix) {
    case "/update/delta": {
      const message = deltaMessage.parse(JSON.parse(text));
      return {
        version: message.version,
        fields: message.state,
        ...(message.clientToken === undefined ? {} : { commandId: message.clientToken }),
      };
    }
    case "/get/accepted": {
      const { version, state } = getAccepted.parse(JSON.parse(text));
      return state.delta === undefined ? undefined : { version, fields: state.delta };
    }
    case "/get/rejected":
      // 404: no shadow yet; the first report makes one.
      return undefined;
    default:
      return `the shadow refused an update: ${text}`;
  }
}
