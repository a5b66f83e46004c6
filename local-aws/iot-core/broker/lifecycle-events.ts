import type { IotCaller } from "./broker.ts";

/** Values of a disconnect event (AWS IoT developer guide, "Lifecycle events"). */
export type DisconnectReason =
  | "AUTH_ERROR"
  | "CLIENT_INITIATED_DISCONNECT"
  | "CLIENT_ERROR"
  | "CONNECTION_LOST"
  | "DUPLICATE_CLIENTID"
  | "MQTT_KEEP_ALIVE_TIMEOUT"
  | "SERVER_ERROR"
  | "SERVER_INITIATED_DISCONNECT"
  | "API_INITIATED_DISCONNECT"
  | "THROTTLED"
  | "WEBSOCKET_TTL_EXPIRATION";

/** Whose event it is. */
export interface EventSubject {
  readonly clientId: string;
  readonly caller: IotCaller;
  readonly sessionIdentifier: string;
  readonly ipAddress: string;
}

/** After an hour without a connection AWS counts a client's versions from 0 again. */
const VERSION_MEMORY_MS = 3_600_000;

/** Publishes `$aws/events/presence/…` and `$aws/events/subscriptions/…` as AWS IoT does. */
export class LifecycleEvents {
  readonly #publish: (topic: string, payload: Buffer) => void;
  readonly #nowMs: () => number;
  readonly #versions = new Map<string, { version: number; offlineSinceMs: number | undefined }>();

  constructor(publish: (topic: string, payload: Buffer) => void, nowMs: () => number) {
    this.#publish = publish;
    this.#nowMs = nowMs;
  }

  connected(subject: EventSubject): void {
    const known = this.#versions.get(subject.clientId);
    const version = known === undefined ? 0 : known.version + 1;
    this.#versions.set(subject.clientId, { version, offlineSinceMs: undefined });
    this.#send("presence/connected", subject, { ipAddress: subject.ipAddress, versionNumber: version });
  }

  /** `isCurrent` is false when another connection has taken the client id over already. */
  disconnected(subject: EventSubject, reason: DisconnectReason, versionNumber: number, isCurrent: boolean): void {
    if (isCurrent) this.#versions.set(subject.clientId, { version: versionNumber, offlineSinceMs: this.#nowMs() });
    this.#send("presence/disconnected", subject, {
      clientInitiatedDisconnect: reason === "CLIENT_INITIATED_DISCONNECT",
      disconnectReason: reason,
      versionNumber,
    });
  }

  connectFailed(subject: EventSubject): void {
    this.#send("presence/connect_failed", subject, {
      connectFailureReason: "AUTHORIZATION_FAILED",
      ipAddress: subject.ipAddress,
    });
  }

  subscribed(subject: EventSubject, topics: readonly string[]): void {
    this.#send("subscriptions/subscribed", subject, { topics });
  }

  unsubscribed(subject: EventSubject, topics: readonly string[]): void {
    this.#send("subscriptions/unsubscribed", subject, { topics });
  }

  versionOf(clientId: string): number {
    return this.#versions.get(clientId)?.version ?? 0;
  }

  sweep(): void {
    const nowMs = this.#nowMs();
    for (const [clientId, { offlineSinceMs }] of this.#versions) {
      if (offlineSinceMs !== undefined && nowMs - offlineSinceMs > VERSION_MEMORY_MS) this.#versions.delete(clientId);
    }
  }

  #send(kind: string, subject: EventSubject, details: Record<string, unknown>): void {
    const { clientId, caller, sessionIdentifier } = subject;
    // Such a client id is no topic level.
    if (/[+#]/.test(clientId)) return;
    const event = {
      clientId,
      timestamp: this.#nowMs(),
      eventType: kind.slice(kind.indexOf("/") + 1),
      sessionIdentifier,
      principalIdentifier: principalIdentifier(caller),
      ...details,
    };
    this.#publish(`$aws/events/${kind}/${clientId}`, Buffer.from(JSON.stringify(event)));
  }
}

function principalIdentifier(caller: IotCaller): string {
  switch (caller.kind) {
    case "certificate":
      return caller.certificateId;
    case "sigv4":
      return caller.principal.userId;
    case "service":
      return "";
  }
}
