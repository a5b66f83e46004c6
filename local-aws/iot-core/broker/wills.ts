import type { Clock } from "../../platform/clock.ts";
import type { IotCaller } from "./broker.ts";
import type { WillPacket } from "./codec/packets.ts";
import { expiresAt, RoutedMessage } from "./delivery/routed-message.ts";

export interface ArmedWill {
  readonly packet: WillPacket;
  readonly clientId: string;
  readonly caller: IotCaller;
  /** Asked again when the will is sent: the policy may have changed since CONNECT. */
  readonly mayPublish: () => boolean;
}

/** Last wills on their way: at once, or after their delay unless the client comes back before (MQTT 5 section 3.1.3.2.2). */
export class Wills {
  readonly #route: (message: RoutedMessage) => void;
  readonly #clock: Clock;
  readonly #messageExpirySecondsMax: number;
  readonly #delayed = new Map<string, { will: ArmedWill; timer: NodeJS.Timeout }>();

  constructor(input: { route: (message: RoutedMessage) => void; clock: Clock; messageExpirySecondsMax: number }) {
    this.#route = input.route;
    this.#clock = input.clock;
    this.#messageExpirySecondsMax = input.messageExpirySecondsMax;
  }

  /** The connection ended badly. The delay never outlasts the session. */
  send(will: ArmedWill, sessionExpirySeconds: number): void {
    const delayMs = Math.min(will.packet.delaySeconds, sessionExpirySeconds) * 1000;
    if (delayMs === 0) {
      this.#publish(will);
      return;
    }
    this.#forget(will.clientId);
    const timer = setTimeout(() => {
      this.#delayed.delete(will.clientId);
      this.#publish(will);
    }, delayMs);
    timer.unref();
    this.#delayed.set(will.clientId, { will, timer });
  }

  /** The client is back in its old session: its delayed will is void. */
  sessionResumed(clientId: string): void {
    this.#forget(clientId);
  }

  /** The session ended before the delay did, by a clean start or DeleteConnection: the will is due now. */
  sessionEnded(clientId: string): void {
    const waiting = this.#delayed.get(clientId);
    this.#forget(clientId);
    if (waiting !== undefined) this.#publish(waiting.will);
  }

  close(): void {
    for (const clientId of [...this.#delayed.keys()]) this.#forget(clientId);
  }

  #forget(clientId: string): void {
    clearTimeout(this.#delayed.get(clientId)?.timer);
    this.#delayed.delete(clientId);
  }

  #publish({ packet, clientId, caller, mayPublish }: ArmedWill): void {
    if (!mayPublish()) return;
    const nowMs = this.#clock.nowMs();
    this.#route(
      new RoutedMessage({
        topic: packet.topic,
        payload: packet.payload,
        qos: packet.qos === 1 ? 1 : 0,
        isRetained: packet.isRetained,
        properties: packet.properties,
        caller,
        clientId,
        isWill: true,
        receivedAtMs: nowMs,
        expiresAtMs: expiresAt(packet.properties?.messageExpirySeconds, nowMs, this.#messageExpirySecondsMax),
      }),
    );
  }
}
