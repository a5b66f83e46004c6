import type { IncomingMessage } from "node:http";
import { performance } from "node:perf_hooks";
import type { Duplex } from "node:stream";
import type { Server } from "node:tls";
import { z } from "zod";
import type { Iam } from "../../iam/principal.ts";
import type { LocalAwsContext, Service } from "../../platform/service.ts";
import type { CertificateAuthority } from "../registry/certificate-authority.ts";
import type { RegistryReader } from "../registry/registry.ts";
import type { Broker, ConnectionInfo, IotCaller, IotMessage } from "./broker.ts";
import type { BrokerCore } from "./broker-core.ts";
import { Clients } from "./clients.ts";
import { ReasonCode } from "./codec/reason-codes.ts";
import { createBrokerCore } from "./create-broker-core.ts";
import { expiresAt, propertiesOf, RoutedMessage } from "./delivery/routed-message.ts";
import { AWS_LIMITS, type BrokerLimits } from "./limits.ts";
import { createMtlsServer } from "./transport/mtls-server.ts";
import { createWebSocketUpgrade, respond } from "./transport/websocket-upgrade.ts";

export interface CreateBrokerInput {
  readonly iam: Pick<Iam, "authenticate" | "evaluate">;
  readonly registry: RegistryReader & { readonly certificateAuthority: Pick<CertificateAuthority, "issueForServer"> };
  /** Single quotas to run with instead of AWS's: tests, and the benchmark with `WITHOUT_RATES`. */
  readonly limits?: Partial<BrokerLimits>;
  /** For timeouts and rates. */
  readonly monotonicMs?: () => number;
}

/** What the composition root and the control endpoint use beyond the seam. */
export interface LocalBroker extends Broker, Service {
  /** The `upgrade` listener of the data endpoint. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Listens for MQTT over mutual TLS; resolves with the port. */
  listenMtls(port: number, host?: string): Promise<{ port: number; server: Server }>;
  /** What devices must trust to reach the mTLS listener. */
  readonly serverCaPem: string;
  /** Disconnects everybody and refuses newcomers for `downMs`. Sessions stay. */
  restart(downMs: number): void;
  /** Neither reads nor writes for `forMs`; connections stay open. */
  stall(forMs: number): void;
  /** Cuts one client's wire without a word; false when it is not connected. */
  cutClient(clientId: string): boolean;
  /** Lifts or restores the limits that count per second. */
  liftRates(areLifted: boolean): void;
  close(): Promise<void>;
}

/** AWS IoT Core's message broker. Keeps sessions, queues and retained messages in the context's store. */
export async function createBroker(context: LocalAwsContext, input: CreateBrokerInput): Promise<LocalBroker> {
  const limits: BrokerLimits = { ...AWS_LIMITS, ...input.limits };
  const monotonicMs = input.monotonicMs ?? (() => performance.now());
  let areRatesLifted = false;
  const core = createBrokerCore(context, {
    authorities: { iam: input.iam, registry: input.registry },
    limits,
    monotonicMs,
    areRatesLifted: () => areRatesLifted,
  });
  const clients = new Clients(core);
  const certificate = await input.registry.certificateAuthority.issueForServer(["localhost", "127.0.0.1", "::1"]);
  const onTransport = (...[transport, caller]: Parameters<Clients["open"]>) => clients.open(transport, caller);
  const upgrade = createWebSocketUpgrade({ iam: input.iam, packetBytesMax: limits.packetBytesMax, onTransport });
  const servers = new Set<Server>();
  const controls = {
    restart: (downMs: number) => clients.restart(downMs),
    stall: (forMs: number) => clients.stall(forMs),
    cutClient: (clientId: string) => clients.cut(clientId),
    liftRates: (next: boolean) => {
      areRatesLifted = next;
    },
  };
  return {
    ...createSeam(core, clients),
    ...controls,
    controlVerbs: createControlVerbs(controls),
    serverCaPem: input.registry.deviceCaPem,
    handleUpgrade: (request, socket, head) => {
      if (clients.isDown) refuseWhileDown(socket);
      else upgrade(request, socket, head);
    },
    listenMtls: async (port, host = "127.0.0.1") => {
      const server = createMtlsServer({ certificate, registry: input.registry, nowMs: () => context.clock.nowMs(), onTransport });
      servers.add(server);
      return { port: await listen(server, port, host), server };
    },
    close: async () => {
      await clients.close();
      await Promise.all([...servers].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

function refuseWhileDown(socket: Duplex): void {
  socket.on("error", () => socket.destroy());
  respond(socket, "503 Service Unavailable", { name: "ServiceUnavailableException", message: "The broker is restarting" });
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

type Seam = Pick<Broker, "publish" | "onAccepted" | "retained" | "retainedTopics" | "connection" | "connections" | "disconnect">;

function createSeam(core: BrokerCore, clients: Clients): Seam {
  const nowMs = () => core.clock.nowMs();
  return {
    publish: (message, { caller }) => core.router.route(toRouted(message, caller, core)),
    onAccepted: (listener) => core.router.listen(listener),
    retained: (topic) => {
      const found = core.retained.get(topic, nowMs());
      return found === undefined ? undefined : { ...found.message.toAccepted(), isRetained: true, lastModifiedMs: found.lastModifiedMs };
    },
    retainedTopics: () =>
      core.retained.list(nowMs()).map(({ message, lastModifiedMs }) => ({
        topic: message.topic,
        payloadBytes: message.payload.length,
        qos: message.qos,
        lastModifiedMs,
      })),
    connection: (clientId) => clients.info(clientId),
    connections: (): readonly ConnectionInfo[] => clients.infos(),
    disconnect: (clientId, { cleanSession, preventWillMessage }) =>
      clients.disconnect(clientId, {
        isSessionEnded: cleanSession,
        closing: { reason: "API_INITIATED_DISCONNECT", reasonCode: ReasonCode.administrativeAction, isWillPrevented: preventWillMessage },
      }),
  };
}

function toRouted(message: IotMessage, caller: IotCaller, core: BrokerCore): RoutedMessage {
  const receivedAtMs = core.clock.nowMs();
  const { topic, payload, qos, isRetained } = message;
  const expiresAtMs = expiresAt(message.messageExpirySeconds, receivedAtMs, core.limits.messageExpirySecondsMax);
  const properties = propertiesOf(message);
  return new RoutedMessage({ topic, payload, qos, isRetained, properties, caller, clientId: undefined, receivedAtMs, expiresAtMs });
}

type Controls = Pick<LocalBroker, "restart" | "stall" | "cutClient" | "liftRates">;

const DurationMs = z.number().int().min(0).max(3_600_000);

function createControlVerbs(controls: Controls): NonNullable<Service["controlVerbs"]> {
  return {
    "restart-broker": (body) => {
      const { downMs } = z.strictObject({ downMs: DurationMs.default(0) }).parse(body ?? {});
      controls.restart(downMs);
      return { downMs };
    },
    "stall-broker": (body) => {
      const { forMs } = z.strictObject({ forMs: DurationMs }).parse(body);
      controls.stall(forMs);
      return { forMs };
    },
    "cut-client": (body) => {
      const { clientId } = z.strictObject({ clientId: z.string() }).parse(body);
      return { clientId, wasConnected: controls.cutClient(clientId) };
    },
    "broker-rates": (body) => {
      const { areLifted } = z.strictObject({ areLifted: z.boolean() }).parse(body);
      controls.liftRates(areLifted);
      return { areLifted };
    },
  };
}
