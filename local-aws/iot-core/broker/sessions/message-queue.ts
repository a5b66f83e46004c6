import type { Table } from "../../../platform/store.ts";
import type { RoutedMessage } from "../delivery/routed-message.ts";
import { fromStored, type StoredMessage, toStored } from "../delivery/stored-message.ts";

export interface QueuedMessage {
  readonly message: RoutedMessage;
  readonly isRetained: boolean;
  /** It waited for an offline session: AWS replays those slowly. */
  readonly isReplay: boolean;
  /** Key of its row in the store; undefined while it is in memory only. */
  readonly storedKey: string | undefined;
  /** Monotonic milliseconds of its sending. */
  readonly sentAtMs?: number;
}

export interface QueueStore {
  readonly table: Table<StoredMessage>;
  readonly countMax: number;
  /** AWS's quota of messages queued for offline sessions, per second and account. */
  mayQueue(): boolean;
}

/**
 * QoS 1 messages of one session (or shared group) in order. The excess over the quota is dropped; what was queued
 * first stays (AWS IoT developer guide, "Shared subscriptions message queuing").
 */
export class MessageQueue {
  readonly #store: QueueStore;
  readonly #keyPrefix: string;
  #items: QueuedMessage[] = [];
  #head = 0;
  #sequence = 0;

  constructor(store: QueueStore, owner: string) {
    this.#store = store;
    // Escaped, so that one client id can never be the beginning of another one's keys.
    this.#keyPrefix = `${encodeURIComponent(owner)}/`;
  }

  get size(): number {
    return this.#items.length - this.#head;
  }

  /** Takes up what an earlier process left in the store. */
  restore(): void {
    for (const [key, stored] of this.#store.table.entries(this.#keyPrefix)) {
      this.#items.push({ message: fromStored(stored), isRetained: false, isReplay: true, storedKey: key });
      this.#sequence = Math.max(this.#sequence, Number(key.slice(this.#keyPrefix.length)));
    }
  }

  /** `isDurable` writes it to the store first: nobody is there who could take it now. */
  push(item: QueuedMessage, isDurable: boolean): void {
    if (this.size >= this.#store.countMax) return;
    if (!isDurable) this.#items.push(item);
    else if (this.#store.mayQueue()) this.#items.push(this.#stored(item));
  }

  peek(): QueuedMessage | undefined {
    return this.#items[this.#head];
  }

  shift(): QueuedMessage | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head += 1;
    if (this.#head > 256 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** The connection is gone: `unacknowledged` come first again, and all of it goes to the store. */
  park(unacknowledged: Iterable<QueuedMessage>): void {
    const items = [...unacknowledged, ...this.#items.slice(this.#head)];
    this.#items = items.map((item) => this.#stored(item));
    this.#head = 0;
  }

  /** Done with the message, whether it was delivered or dropped. */
  forget(item: QueuedMessage): void {
    if (item.storedKey !== undefined) this.#store.table.delete(item.storedKey);
  }

  clear(): void {
    for (const item of this.#items.slice(this.#head)) this.forget(item);
    this.#items = [];
    this.#head = 0;
  }

  #stored(item: QueuedMessage): QueuedMessage {
    if (item.storedKey !== undefined) return { ...item, isReplay: true };
    this.#sequence += 1;
    const storedKey = `${this.#keyPrefix}${String(this.#sequence).padStart(12, "0")}`;
    const stored = toStored(item.message);
    this.#store.table.put(storedKey, stored);
    // Made from the stored form: the message itself still points into the socket's read buffer.
    return { message: fromStored(stored), isRetained: item.isRetained, isReplay: true, storedKey };
  }
}
