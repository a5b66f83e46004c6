import { SubscriptionTrie } from "../topics/subscription-trie.ts";
import type { RoutedMessage } from "../delivery/routed-message.ts";
import { MessageQueue, type QueueStore } from "./message-queue.ts";
import type { Subscription } from "./session.ts";
import { sendTo, SharedGroup } from "./shared-group.ts";

/** Who receives what: all subscriptions of all sessions, by topic. */
export class Subscriptions {
  readonly #direct = new SubscriptionTrie<Subscription>(mergeOverlaps);
  readonly #shared = new SubscriptionTrie<SharedGroup>();
  readonly #groups = new Map<string, SharedGroup>();
  readonly #queueStore: QueueStore;
  readonly #membersMax: number;

  constructor(queueStore: QueueStore, membersMax: number) {
    this.#queueStore = queueStore;
    this.#membersMax = membersMax;
  }

  /** False when the shared group is full. */
  add(subscription: Subscription): boolean {
    const { session, filter, parsed } = subscription;
    const known = session.subscriptions.get(filter);
    if (parsed.group === undefined) {
      if (known !== undefined) this.#direct.remove(parsed.pattern, known);
      this.#direct.add(parsed.pattern, subscription);
    } else {
      const group = this.#groupOf(filter, parsed.pattern);
      if (known !== undefined) group.members.delete(known);
      else if (group.members.size >= this.#membersMax) return false;
      group.members.add(subscription);
      if (session.link !== undefined) group.handOver(subscription);
    }
    session.subscriptions.set(filter, subscription);
    return true;
  }

  remove(subscription: Subscription): void {
    const { session, filter, parsed } = subscription;
    session.subscriptions.delete(filter);
    if (parsed.group === undefined) {
      this.#direct.remove(parsed.pattern, subscription);
      return;
    }
    const group = this.#groups.get(filter);
    group?.members.delete(subscription);
    if (group?.members.size !== 0) return;
    group.queue.clear();
    this.#shared.remove(parsed.pattern, group);
    this.#groups.delete(filter);
  }

  /** The session came online: groups it is a member of hand over what waited. */
  resume(subscription: Subscription): void {
    if (subscription.parsed.group !== undefined) this.#groups.get(subscription.filter)?.handOver(subscription);
  }

  deliver(message: RoutedMessage): void {
    for (const subscription of this.#direct.match(message.topic)) {
      if (subscription.isNoLocal && message.clientId === subscription.session.clientId) continue;
      sendTo(subscription, message);
    }
    if (this.#groups.size === 0) return;
    for (const group of this.#shared.match(message.topic)) group.deliver(message);
  }

  #groupOf(filter: string, pattern: string): SharedGroup {
    const known = this.#groups.get(filter);
    if (known !== undefined) return known;
    const group = new SharedGroup(new MessageQueue(this.#queueStore, filter));
    group.queue.restore();
    this.#groups.set(filter, group);
    this.#shared.add(pattern, group);
    return group;
  }
}

/** A session gets a message once, at the highest QoS of its matching filters (MQTT 5 section 3.3.4). */
function mergeOverlaps(found: readonly Subscription[]): readonly Subscription[] {
  if (found.length < 2) return found;
  const bySession = new Map<Subscription["session"], Subscription>();
  for (const next of found) {
    const known = bySession.get(next.session);
    bySession.set(
      next.session,
      known === undefined
        ? next
        : {
            ...known,
            qos: known.qos === 1 ? 1 : next.qos,
            isNoLocal: known.isNoLocal && next.isNoLocal,
            isRetainAsPublished: known.isRetainAsPublished || next.isRetainAsPublished,
          },
    );
  }
  return [...bySession.values()];
}
