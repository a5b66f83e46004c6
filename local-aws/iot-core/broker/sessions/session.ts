import type { ProtocolVersion } from "../codec/packets.ts";
import type { ParsedFilter } from "../topics/topic-rules.ts";
import type { RoutedMessage } from "../delivery/routed-message.ts";
import type { MessageQueue, QueuedMessage } from "./message-queue.ts";

export interface Subscription {
  readonly session: Session;
  readonly filter: string;
  readonly parsed: ParsedFilter;
  readonly qos: 0 | 1;
  readonly isNoLocal: boolean;
  readonly isRetainAsPublished: boolean;
}

/** The live end of a session: what its connection does with messages. */
export interface SessionLink {
  /** Fire and forget; sheds the message when the reader is too slow or over AWS's rate. */
  sendNow(message: RoutedMessage, isRetained: boolean): void;
  /** Takes up the session's queue again: something was added to it. */
  pump(): void;
}

/** What the broker keeps for a client id: subscriptions, and QoS 1 messages not yet acknowledged. */
export class Session {
  readonly clientId: string;
  readonly protocolVersion: ProtocolVersion;
  readonly subscriptions = new Map<string, Subscription>();
  /** QoS 1 messages to send, in order. */
  readonly queue: MessageQueue;
  /** QoS 1 messages sent and not acknowledged, by packet identifier, oldest first. */
  readonly inflight = new Map<number, QueuedMessage>();
  /** Seconds the session outlives its connection; 0 ends it with the connection. */
  expirySeconds: number;
  link: SessionLink | undefined;
  /** Epoch milliseconds since when nobody is connected; undefined while somebody is. */
  offlineSinceMs: number | undefined;
  #lastPacketId = 0;

  constructor(input: { clientId: string; protocolVersion: ProtocolVersion; expirySeconds: number; queue: MessageQueue }) {
    this.clientId = input.clientId;
    this.protocolVersion = input.protocolVersion;
    this.expirySeconds = input.expirySeconds;
    this.queue = input.queue;
  }

  get isPersistent(): boolean {
    return this.expirySeconds > 0;
  }

  nextPacketId(): number {
    do {
      this.#lastPacketId = this.#lastPacketId >= 65_535 ? 1 : this.#lastPacketId + 1;
    } while (this.inflight.has(this.#lastPacketId));
    return this.#lastPacketId;
  }

  /** Hands the message to the connection, or keeps it for the next one. `isRetained` is the flag on the wire. */
  deliver(message: RoutedMessage, qos: 0 | 1, isRetained: boolean): void {
    if (qos === 0) {
      this.link?.sendNow(message, isRetained);
      return;
    }
    if (this.link === undefined && !this.isPersistent) return;
    this.queue.push({ message, isRetained, isReplay: this.link === undefined, storedKey: undefined }, this.link === undefined);
    this.link?.pump();
  }
}
