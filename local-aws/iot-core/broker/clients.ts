import type { ConnectionInfo, IotCaller } from "./broker.ts";
import type { BrokerCore } from "./broker-core.ts";
import { PacketReader } from "./codec/packet-reader.ts";
import { ReasonCode } from "./codec/reason-codes.ts";
import { type Closing, Connection } from "./connection.ts";
import type { ConnectedClient } from "./connected-client.ts";
import { handlePacket } from "./handle-packet.ts";
import { CLOSE_GRACE_MS, type Transport } from "./transport/transport.ts";

const SWEEP_INTERVAL_MS = 500;
/** Ours: connections that have not said CONNECT yet. More of them are turned away, so a flood cannot fill the memory. */
const ANONYMOUS_MAX = 5000;

/** Every open connection, by client id once it has one. */
export class Clients {
  readonly #core: BrokerCore;
  readonly #open = new Set<Connection>();
  readonly #byClientId = new Map<string, Connection>();
  readonly #sweeper: NodeJS.Timeout;
  #isDown = false;
  #downTimer: NodeJS.Timeout | undefined;
  #stallTimer: NodeJS.Timeout | undefined;

  constructor(core: BrokerCore) {
    this.#core = core;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS);
    this.#sweeper.unref();
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  open(transport: Transport, caller: IotCaller): void {
    if (this.#isDown || this.#open.size - this.#byClientId.size >= ANONYMOUS_MAX) {
      transport.start({ onData: () => undefined, onEnd: () => undefined, onDrain: () => undefined });
      transport.destroy();
      return;
    }
    const connection = new Connection(this.#core, transport, caller, {
      onPacket: (from, firstByte, bytes, { start, end }) =>
        handlePacket(from, this.#byClientId, firstByte, new PacketReader(bytes, start, end)),
      onClosed: (closed) => this.#closed(closed),
    });
    this.#open.add(connection);
    connection.start();
    if (this.#stallTimer !== undefined) connection.stall();
  }

  info(clientId: string): ConnectionInfo | undefined {
    const connection = this.#byClientId.get(clientId);
    return connection?.client === undefined ? undefined : toInfo(connection, connection.client);
  }

  infos(): ConnectionInfo[] {
    return [...this.#byClientId.keys()].flatMap((clientId) => this.info(clientId) ?? []);
  }

  /** DeleteConnection also reaches a persistent session whose client is away; false when there is neither. */
  disconnect(clientId: string, { isSessionEnded, closing }: { isSessionEnded: boolean; closing: Closing }): boolean {
    const connection = this.#byClientId.get(clientId);
    const session = this.#core.sessions.get(clientId);
    if (connection === undefined && session === undefined) return false;
    connection?.close(closing);
    if (isSessionEnded && session !== undefined) {
      this.#core.sessions.end(session);
      this.#core.wills.sessionEnded(clientId);
    }
    return true;
  }

  cut(clientId: string): boolean {
    const connection = this.#byClientId.get(clientId);
    connection?.close({ reason: "CONNECTION_LOST", isAbrupt: true });
    return connection !== undefined;
  }

  restart(downMs: number): void {
    this.#closeAll();
    this.#isDown = true;
    clearTimeout(this.#downTimer);
    this.#downTimer = setTimeout(() => {
      this.#isDown = false;
    }, downMs);
    this.#downTimer.unref();
  }

  stall(forMs: number): void {
    for (const connection of this.#open) connection.stall();
    clearTimeout(this.#stallTimer);
    this.#stallTimer = setTimeout(() => {
      this.#stallTimer = undefined;
      for (const connection of this.#open) connection.unstall();
    }, forMs);
    this.#stallTimer.unref();
  }

  /** Says goodbye to everybody and waits until the sockets are gone, at most as long as a close may take. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    clearTimeout(this.#downTimer);
    clearTimeout(this.#stallTimer);
    this.#isDown = true;
    const wasAnybodyThere = this.#open.size > 0;
    this.#closeAll();
    this.#core.wills.close();
    if (wasAnybodyThere) await new Promise((resolve) => setTimeout(resolve, CLOSE_GRACE_MS / 20));
  }

  #closeAll(): void {
    for (const connection of [...this.#open]) {
      connection.close({ reason: "SERVER_INITIATED_DISCONNECT", reasonCode: ReasonCode.serverShuttingDown });
    }
  }

  #closed(connection: Connection): void {
    this.#open.delete(connection);
    const clientId = connection.client?.clientId;
    if (clientId !== undefined && this.#byClientId.get(clientId) === connection) this.#byClientId.delete(clientId);
  }

  #sweep(): void {
    const nowMs = this.#core.monotonicMs();
    for (const connection of this.#open) connection.check(nowMs);
    this.#core.connectRate.sweep(nowMs);
    this.#core.retained.sweep(nowMs);
    this.#core.sessions.sweep();
    this.#core.events.sweep();
  }
}

function toInfo(connection: Connection, client: ConnectedClient): ConnectionInfo {
  return {
    clientId: client.clientId,
    caller: connection.caller,
    connectedAtMs: client.connectedAtMs,
    protocolVersion: client.protocolVersion,
    sessionId: connection.sessionIdentifier,
    subscriptions: [...client.session.subscriptions.values()].map(({ filter, qos }) => ({ topicFilter: filter, qos })),
  };
}
