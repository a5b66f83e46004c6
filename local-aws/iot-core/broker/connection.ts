import { randomUUID } from "node:crypto";
import type { IotCaller } from "./broker.ts";
import type { BrokerCore } from "./broker-core.ts";
import type { ConnectedClient } from "./connected-client.ts";
import { FrameSplitter } from "./codec/frame-splitter.ts";
import { MqttError, ReasonCode } from "./codec/reason-codes.ts";
import { writeDisconnect } from "./codec/write-packets.ts";
import type { DisconnectReason, EventSubject } from "./lifecycle-events.ts";
import { ByteBudget, SlidingWindow } from "./rate-limits.ts";
import { Outbox } from "./transport/outbox.ts";
import type { Transport, TransportEnd } from "./transport/transport.ts";

/** Why and how the broker ends a connection. */
export interface Closing {
  readonly reason: DisconnectReason;
  /** Sent in an MQTT 5 DISCONNECT; without one the connection closes without a word. */
  readonly reasonCode?: number;
  readonly text?: string;
  readonly isWillPrevented?: boolean;
  /** Cut the wire instead of closing it. */
  readonly isAbrupt?: boolean;
}

/** What the broker does with a connection's packets and its end. */
export interface ConnectionHandlers {
  onPacket(connection: Connection, firstByte: number, bytes: Buffer, range: { start: number; end: number }): void;
  onClosed(connection: Connection): void;
}

/** Times below this are not worth a timer. */
const PAUSE_MS_MIN = 2;

/** One client on one transport, from its first byte to its end. */
export class Connection {
  readonly core: BrokerCore;
  readonly transport: Transport;
  readonly caller: IotCaller;
  /** `sessionIdentifier` of the lifecycle events. */
  readonly sessionIdentifier = randomUUID();
  readonly openedAtMs: number;
  /** In and out together. */
  readonly publishRate: SlidingWindow;
  /** Set by an accepted CONNECT. */
  client: ConnectedClient | undefined;
  readonly #outbox: Outbox;
  readonly #splitter: FrameSplitter;
  readonly #budget: ByteBudget;
  readonly #handlers: ConnectionHandlers;
  readonly #pausedBy = new Set<"budget" | "stall">();
  #lastHeardMs: number;
  #fullSinceMs: number | undefined;
  #isOpen = true;
  readonly #takesMore = () => this.#isOpen;
  readonly #onFrame = (firstByte: number, bytes: Buffer, start: number, end: number) => {
    this.#handlers.onPacket(this, firstByte, bytes, { start, end });
  };

  constructor(core: BrokerCore, transport: Transport, caller: IotCaller, handlers: ConnectionHandlers) {
    this.core = core;
    this.transport = transport;
    this.caller = caller;
    this.#handlers = handlers;
    this.openedAtMs = core.monotonicMs();
    this.#lastHeardMs = this.openedAtMs;
    this.publishRate = new SlidingWindow(core.limits.publishesPerSecond);
    this.#budget = new ByteBudget(core.limits.bytesPerSecond);
    this.#splitter = new FrameSplitter(core.limits.packetBytesMax);
    this.#outbox = new Outbox(transport, core.flushQueue, (bytes) => this.#spend(bytes));
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get bufferedBytes(): number {
    return this.#outbox.bufferedBytes;
  }

  start(): void {
    this.transport.start({
      onData: (chunk) => this.#onData(chunk),
      onEnd: (end) => this.#onEnd(end),
      onDrain: () => {
        this.#fullSinceMs = undefined;
        this.client?.flow.pump();
      },
    });
  }

  subjectOf(clientId: string): EventSubject {
    const { caller, sessionIdentifier } = this;
    return { clientId, caller, sessionIdentifier, ipAddress: this.transport.remoteAddress };
  }

  send(packet: Buffer): void {
    if (this.#isOpen) this.#outbox.add(packet);
  }

  /** Ends the connection, its session's link and, unless the client said goodbye, sends its will. Safe to call twice. */
  close(closing: Closing): void {
    if (!this.#isOpen) return;
    const { reasonCode, text, isAbrupt = false } = closing;
    if (isAbrupt) this.transport.destroy();
    else {
      if (this.client?.protocolVersion === 5 && reasonCode !== undefined) {
        this.#outbox.add(writeDisconnect(reasonCode, this.client.wantsProblemInformation ? text : undefined));
      }
      this.#outbox.release();
      this.transport.end();
    }
    this.#finish(closing);
  }

  /** Keeps the client waiting in both directions, as a broker that hangs. */
  stall(): void {
    this.#pause("stall");
    this.#outbox.hold();
  }

  unstall(): void {
    this.#resume("stall");
    this.#outbox.release();
  }

  /** Ends the connection when one of its times is over. Called about once a second. */
  check(nowMs: number): void {
    const { limits } = this.core;
    const { client } = this;
    if (client === undefined) {
      if (nowMs - this.openedAtMs >= limits.connectTimeoutMs) this.close({ reason: "CLIENT_ERROR" });
      return;
    }
    client.flow.sweep(nowMs);
    if (nowMs - this.#lastHeardMs >= client.keepAliveMs * 1.5 && this.#pausedBy.size === 0) {
      this.close({ reason: "MQTT_KEEP_ALIVE_TIMEOUT", reasonCode: ReasonCode.keepAliveTimeout });
    } else if (this.transport.kind === "websocket" && nowMs - this.openedAtMs >= limits.webSocketTtlMs) {
      this.close({ reason: "WEBSOCKET_TTL_EXPIRATION", reasonCode: ReasonCode.administrativeAction });
    } else if (!this.#isCertificateActive()) {
      this.close({ reason: "AUTH_ERROR", reasonCode: ReasonCode.notAuthorized });
    } else this.#checkReader(nowMs);
  }

  #checkReader(nowMs: number): void {
    const { outboxBytesMax, slowConsumerMs } = this.core.limits;
    if (this.bufferedBytes < outboxBytesMax) this.#fullSinceMs = undefined;
    else this.#fullSinceMs ??= nowMs;
    if (this.#fullSinceMs === undefined || nowMs - this.#fullSinceMs < slowConsumerMs) return;
    // It would not read a DISCONNECT either.
    this.close({ reason: "SERVER_INITIATED_DISCONNECT", isAbrupt: true });
  }

  #isCertificateActive(): boolean {
    if (this.caller.kind !== "certificate") return true;
    return this.core.authorities.registry.certificate(this.caller.certificateId)?.isActive === true;
  }

  #onData(chunk: Buffer): void {
    if (!this.#isOpen) return;
    this.#lastHeardMs = this.core.monotonicMs();
    this.#spend(chunk.length);
    try {
      this.#splitter.push(chunk, this.#onFrame, this.#takesMore);
    } catch (error) {
      this.#refuse(error);
    }
  }

  #refuse(error: unknown): void {
    if (error instanceof MqttError) {
      this.close({ reason: "CLIENT_ERROR", reasonCode: error.reasonCode, text: error.message });
      return;
    }
    this.core.log.error({ err: error, clientId: this.client?.clientId }, "a packet could not be handled");
    this.close({ reason: "SERVER_ERROR", reasonCode: ReasonCode.unspecifiedError });
  }

  #onEnd(end: TransportEnd): void {
    const reasons = {
      "client-closed": "CLIENT_INITIATED_DISCONNECT",
      "client-error": "CLIENT_ERROR",
      lost: "CONNECTION_LOST",
    } as const;
    if (this.#isOpen) this.#finish({ reason: reasons[end] });
  }

  #finish({ reason, isWillPrevented = false }: Closing): void {
    this.#isOpen = false;
    this.#outbox.discard();
    this.#handlers.onClosed(this);
    this.client?.end(reason, isWillPrevented);
  }

  /** AWS delays what exceeds its throughput; both directions draw on one budget. */
  #spend(bytes: number): void {
    if (this.core.areRatesLifted()) return;
    const waitMs = this.#budget.spend(bytes, this.core.monotonicMs());
    if (waitMs < PAUSE_MS_MIN) return;
    this.#outbox.hold();
    if (this.#pausedBy.has("budget")) return;
    this.#pause("budget");
    setTimeout(() => {
      this.#resume("budget");
      if (!this.#pausedBy.has("stall")) this.#outbox.release();
    }, waitMs).unref();
  }

  #pause(by: "budget" | "stall"): void {
    this.#pausedBy.add(by);
    this.transport.pause();
  }

  #resume(by: "budget" | "stall"): void {
    this.#pausedBy.delete(by);
    if (this.#pausedBy.size > 0) return;
    // What waited in the socket counts from now on, not from when it was sent.
    this.#lastHeardMs = this.core.monotonicMs();
    if (this.#isOpen) this.transport.resume();
  }
}
