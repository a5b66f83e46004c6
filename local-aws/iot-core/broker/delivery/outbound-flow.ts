import type { ProtocolVersion } from "../codec/packets.ts";
import { withPacketId } from "../codec/write-packets.ts";
import { SlidingWindow } from "../rate-limits.ts";
import type { QueuedMessage } from "../sessions/message-queue.ts";
import type { Session, SessionLink } from "../sessions/session.ts";
import type { RoutedMessage } from "./routed-message.ts";

export interface OutboundFlowInput {
  readonly session: Session;
  readonly protocolVersion: ProtocolVersion;
  /** The smaller of the client's Receive Maximum and AWS's 100. */
  readonly inflightMax: number;
  /** The client's Maximum Packet Size; Infinity when it named none. */
  readonly packetBytesMax: number;
  readonly outboxBytesMax: number;
  readonly redeliveryMs: number;
  readonly replaysPerSecond: number;
  /** Publishes of both directions, shared with the inbound side. */
  readonly publishRate: SlidingWindow;
  readonly areRatesLifted: () => boolean;
  readonly mayReceive: (topic: string) => boolean;
  readonly bufferedBytes: () => number;
  readonly send: (packet: Buffer) => void;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
}

/** The sending side of a connection: authorization, quotas and the window of unacknowledged QoS 1 messages. */
export class OutboundFlow implements SessionLink {
  readonly #input: OutboundFlowInput;
  readonly #replayRate: SlidingWindow;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(input: OutboundFlowInput) {
    this.#input = input;
    this.#replayRate = new SlidingWindow(input.replaysPerSecond);
  }

  /** QoS 0: what cannot go now is discarded, as AWS does over its rate and any broker does for a reader that lags. */
  sendNow(message: RoutedMessage, isRetained: boolean): void {
    const { protocolVersion, packetBytesMax, outboxBytesMax } = this.#input;
    if (!this.#input.mayReceive(message.topic)) return;
    if (this.#input.bufferedBytes() >= outboxBytesMax) return;
    if (!this.#takePublish()) return;
    const { bytes } = message.encoded(protocolVersion, 0, isRetained, this.#input.nowMs());
    if (bytes.length <= packetBytesMax) this.#input.send(bytes);
  }

  /** QoS 1: sends what the window, the rates and the reader allow; the rest waits in the session. */
  pump(): void {
    const { queue } = this.#input.session;
    for (let head = queue.peek(); head !== undefined && !this.#isClosed; head = queue.peek()) {
      if (!this.#canSend(head)) return;
      queue.shift();
      if (!this.#sendQueued(head)) queue.forget(head);
    }
  }

  acknowledge(packetId: number): void {
    const { session } = this.#input;
    const item = session.inflight.get(packetId);
    if (item === undefined) return;
    session.inflight.delete(packetId);
    session.queue.forget(item);
    this.pump();
  }

  /** Gives up on messages the client never acknowledged (AWS: one hour with MQTT 3.1.1, 16 minutes with MQTT 5). */
  sweep(monotonicMs: number): void {
    const { session, redeliveryMs } = this.#input;
    for (const [packetId, item] of session.inflight) {
      if (monotonicMs - (item.sentAtMs ?? monotonicMs) < redeliveryMs) return;
      this.acknowledge(packetId);
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #canSend(head: QueuedMessage): boolean {
    const { session, inflightMax, outboxBytesMax } = this.#input;
    if (session.inflight.size >= inflightMax) return false;
    if (this.#input.bufferedBytes() >= outboxBytesMax) return false;
    if (this.#input.areRatesLifted()) return true;
    const nowMs = this.#input.monotonicMs();
    const waitMs = Math.max(this.#input.publishRate.waitMs(nowMs), head.isReplay ? this.#replayRate.waitMs(nowMs) : 0);
    if (waitMs > 0) this.#pumpIn(waitMs);
    return waitMs === 0;
  }

  #sendQueued(item: QueuedMessage): boolean {
    const { session, protocolVersion, packetBytesMax } = this.#input;
    const { message, isRetained } = item;
    const nowMs = this.#input.nowMs();
    if (message.isExpired(nowMs) || !this.#input.mayReceive(message.topic)) return false;
    const encoded = message.encoded(protocolVersion, 1, isRetained, nowMs);
    if (encoded.bytes.length > packetBytesMax) return false;
    const monotonicMs = this.#input.monotonicMs();
    this.#input.publishRate.take(monotonicMs);
    if (item.isReplay) this.#replayRate.take(monotonicMs);
    const packetId = session.nextPacketId();
    session.inflight.set(packetId, { ...item, sentAtMs: monotonicMs });
    this.#input.send(withPacketId(encoded, packetId));
    return true;
  }

  #takePublish(): boolean {
    return this.#input.areRatesLifted() || this.#input.publishRate.take(this.#input.monotonicMs());
  }

  #pumpIn(delayMs: number): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.pump();
    }, Math.ceil(delayMs));
    this.#timer.unref();
  }
}
