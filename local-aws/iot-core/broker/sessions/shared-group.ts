import { randomInt } from "node:crypto";
import type { RoutedMessage } from "../delivery/routed-message.ts";
import type { MessageQueue } from "./message-queue.ts";
import type { Subscription } from "./session.ts";

/** `$share/<group>/<pattern>`: each message goes to one member, chosen at random among those online. */
export class SharedGroup {
  readonly members = new Set<Subscription>();
  /** QoS 1 messages that came while no member was online, if one of them has a persistent session. */
  readonly queue: MessageQueue;

  constructor(queue: MessageQueue) {
    this.queue = queue;
  }

  deliver(message: RoutedMessage): void {
    const online = [...this.members].filter(({ session }) => session.link !== undefined);
    if (online.length > 0) {
      const chosen = online[online.length === 1 ? 0 : randomInt(online.length)];
      if (chosen !== undefined) sendTo(chosen, message);
      return;
    }
    const isQueued = message.qos === 1 && [...this.members].some(({ session, qos }) => session.isPersistent && qos === 1);
    if (isQueued) this.queue.push({ message, isRetained: false, isReplay: true, storedKey: undefined }, true);
  }

  /** A member came online: it takes over what waited. */
  handOver(member: Subscription): void {
    for (let item = this.queue.shift(); item !== undefined; item = this.queue.shift()) member.session.queue.push(item, false);
    member.session.link?.pump();
  }
}

/** Delivers at the lower of both QoS; the RETAIN flag survives only when the subscriber asked for it (MQTT 5 section 3.3.1.3). */
export function sendTo({ session, qos, isRetainAsPublished }: Subscription, message: RoutedMessage): void {
  session.deliver(message, qos === 1 && message.qos === 1 ? 1 : 0, isRetainAsPublished && message.isRetained);
}
