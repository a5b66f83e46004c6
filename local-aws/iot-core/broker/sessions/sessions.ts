import type { Clock } from "../../../platform/clock.ts";
import type { Store, Table } from "../../../platform/store.ts";
import type { ProtocolVersion } from "../codec/packets.ts";
import { parseFilter } from "../topics/topic-rules.ts";
import { MessageQueue, type QueueStore } from "./message-queue.ts";
import { Session, type SessionLink, type Subscription } from "./session.ts";
import type { Subscriptions } from "./subscriptions.ts";

interface StoredSession {
  readonly protocolVersion: ProtocolVersion;
  readonly expirySeconds: number;
  readonly offlineSinceMs: number | null;
  readonly subscriptions: readonly {
    readonly filter: string;
    readonly qos: 0 | 1;
    readonly isNoLocal: boolean;
    readonly isRetainAsPublished: boolean;
  }[];
}

export interface SessionsInput {
  readonly store: Store;
  readonly clock: Clock;
  readonly queueStore: QueueStore;
  readonly subscriptions: Subscriptions;
}

export interface OpenSession {
  readonly clientId: string;
  readonly protocolVersion: ProtocolVersion;
  readonly isCleanStart: boolean;
  readonly expirySeconds: number;
}

/** All sessions by client id; the persistent ones survive this process. */
export class Sessions {
  readonly #byClientId = new Map<string, Session>();
  readonly #table: Table<StoredSession>;
  readonly #input: SessionsInput;

  constructor(input: SessionsInput) {
    this.#input = input;
    this.#table = input.store.table("mqtt-sessions");
    for (const [clientId, stored] of this.#table.entries()) this.#restore(clientId, stored);
  }

  get(clientId: string): Session | undefined {
    return this.#byClientId.get(clientId);
  }

  /** Resumes the session of the client id, or makes a new one. Sessions of the other protocol version do not carry over. */
  open({ clientId, protocolVersion, isCleanStart, expirySeconds }: OpenSession): { session: Session; isPresent: boolean } {
    const known = this.#byClientId.get(clientId);
    if (known !== undefined && !isCleanStart && known.protocolVersion === protocolVersion && !this.#isExpired(known)) {
      known.expirySeconds = expirySeconds;
      return { session: known, isPresent: true };
    }
    if (known !== undefined) this.end(known);
    const queue = new MessageQueue(this.#input.queueStore, clientId);
    const session = new Session({ clientId, protocolVersion, expirySeconds, queue });
    this.#byClientId.set(clientId, session);
    return { session, isPresent: false };
  }

  attach(session: Session, link: SessionLink): void {
    session.link = link;
    session.offlineSinceMs = undefined;
    this.save(session);
    for (const subscription of session.subscriptions.values()) this.#input.subscriptions.resume(subscription);
  }

  /** The connection is gone: keeps what the session needs to go on, or ends it. */
  detach(session: Session): void {
    session.link = undefined;
    if (!session.isPersistent) {
      this.end(session);
      return;
    }
    session.offlineSinceMs = this.#input.clock.nowMs();
    this.#input.store.transaction(() => {
      session.queue.park(session.inflight.values());
      this.save(session);
    });
    session.inflight.clear();
  }

  end(session: Session): void {
    for (const subscription of [...session.subscriptions.values()]) this.#input.subscriptions.remove(subscription);
    this.#input.store.transaction(() => {
      for (const item of session.inflight.values()) session.queue.forget(item);
      session.queue.clear();
      this.#table.delete(session.clientId);
    });
    session.inflight.clear();
    if (this.#byClientId.get(session.clientId) === session) this.#byClientId.delete(session.clientId);
  }

  /** Writes the session when it is one that outlives its connection. */
  save(session: Session): void {
    if (!session.isPersistent) return;
    this.#table.put(session.clientId, {
      protocolVersion: session.protocolVersion,
      expirySeconds: session.expirySeconds,
      offlineSinceMs: session.offlineSinceMs ?? null,
      subscriptions: [...session.subscriptions.values()].map(({ filter, qos, isNoLocal, isRetainAsPublished }) => ({
        filter,
        qos,
        isNoLocal,
        isRetainAsPublished,
      })),
    });
  }

  /** Ends sessions whose client stayed away longer than their expiry. */
  sweep(): void {
    for (const session of this.#byClientId.values()) if (this.#isExpired(session)) this.end(session);
  }

  #isExpired({ offlineSinceMs, expirySeconds }: Session): boolean {
    return offlineSinceMs !== undefined && this.#input.clock.nowMs() - offlineSinceMs >= expirySeconds * 1000;
  }

  #restore(clientId: string, stored: StoredSession): void {
    const { protocolVersion, expirySeconds } = stored;
    const queue = new MessageQueue(this.#input.queueStore, clientId);
    queue.restore();
    const session = new Session({ clientId, protocolVersion, expirySeconds, queue });
    // A session that was online when the process died went offline at that moment; now is the nearest known time.
    session.offlineSinceMs = stored.offlineSinceMs ?? this.#input.clock.nowMs();
    this.#byClientId.set(clientId, session);
    for (const { filter, ...options } of stored.subscriptions) {
      const parsed = parseFilter(filter);
      if (parsed !== undefined) this.#input.subscriptions.add({ session, filter, parsed, ...options } satisfies Subscription);
    }
  }
}
