import type { Store, Table } from "../../../platform/store.ts";
import { KeyedInterval } from "../rate-limits.ts";
import type { RoutedMessage } from "./routed-message.ts";
import { fromStored, type StoredMessage, toStored } from "./stored-message.ts";

export interface RetainedMessage {
  readonly message: RoutedMessage;
  readonly lastModifiedMs: number;
}

/** The last retained message of each topic, in memory and in the store. */
export class RetainedMessages {
  readonly #table: Table<StoredMessage>;
  readonly #byTopic = new Map<string, RetainedMessage>();
  readonly #rate: KeyedInterval;
  readonly #countMax: number;

  constructor(store: Store, limits: { retainedMax: number; retainedPerSecondPerTopic: number }) {
    this.#table = store.table("mqtt-retained");
    this.#rate = new KeyedInterval(limits.retainedPerSecondPerTopic);
    this.#countMax = limits.retainedMax;
    for (const [topic, stored] of this.#table.entries()) {
      this.#byTopic.set(topic, { message: fromStored(stored), lastModifiedMs: stored.receivedAtMs });
    }
  }

  /** AWS takes one retained publish a second for a topic, and a limited number of topics; deleting is always possible. */
  hasRoomFor(topic: string, payloadBytes: number, monotonicMs: number): boolean {
    if (payloadBytes === 0) return true;
    if (!this.#byTopic.has(topic) && this.#byTopic.size >= this.#countMax) return false;
    return this.#rate.take(topic, monotonicMs);
  }

  /** Keeps the message, or deletes what was kept when its payload is empty. On disk when it returns. */
  set(message: RoutedMessage): void {
    const { topic } = message;
    if (message.payload.length === 0) {
      if (this.#byTopic.delete(topic)) this.#table.delete(topic);
      return;
    }
    const stored = toStored(message);
    this.#table.put(topic, stored);
    // Made from the stored form: the message itself still points into the socket's read buffer.
    this.#byTopic.set(topic, { message: fromStored(stored), lastModifiedMs: message.receivedAtMs });
  }

  get(topic: string, nowMs: number): RetainedMessage | undefined {
    const found = this.#byTopic.get(topic);
    if (found?.message.isExpired(nowMs) !== true) return found;
    this.#byTopic.delete(topic);
    this.#table.delete(topic);
    return undefined;
  }

  /** In topic order, without expired ones. */
  list(nowMs: number): RetainedMessage[] {
    return [...this.#byTopic.keys()].sort().flatMap((topic) => this.get(topic, nowMs) ?? []);
  }

  sweep(monotonicMs: number): void {
    this.#rate.sweep(monotonicMs);
  }
}
