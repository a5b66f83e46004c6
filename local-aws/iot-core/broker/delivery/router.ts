import type { Logger } from "../../../platform/log.ts";
import type { AcceptedMessage } from "../broker.ts";
import type { Subscriptions } from "../sessions/subscriptions.ts";
import { isBasicIngest } from "../topics/topic-rules.ts";
import type { RetainedMessages } from "./retained-messages.ts";
import type { RoutedMessage } from "./routed-message.ts";

export type AcceptedListener = (message: AcceptedMessage) => void;

/**
 * Takes accepted messages in order and brings each to the retained store, its subscribers and the listeners.
 * A listener may publish: its message is taken up after the one that caused it, so everybody sees the same order.
 */
export class Router {
  readonly #subscriptions: Subscriptions;
  readonly #retained: RetainedMessages;
  readonly #log: Logger;
  readonly #listeners = new Set<AcceptedListener>();
  #waiting: RoutedMessage[] = [];
  #isRouting = false;

  constructor(input: { subscriptions: Subscriptions; retained: RetainedMessages; log: Logger }) {
    this.#subscriptions = input.subscriptions;
    this.#retained = input.retained;
    this.#log = input.log;
  }

  listen(listener: AcceptedListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  route(message: RoutedMessage): void {
    if (this.#isRouting) {
      this.#waiting.push(message);
      return;
    }
    this.#isRouting = true;
    try {
      this.#take(message);
      // Takes up what is added on the way, too.
      for (const next of this.#waiting) this.#take(next);
    } finally {
      if (this.#waiting.length > 0) this.#waiting = [];
      this.#isRouting = false;
    }
  }

  #take(message: RoutedMessage): void {
    if (message.isRetained) this.#retained.set(message);
    if (!isBasicIngest(message.topic)) this.#subscriptions.deliver(message);
    if (this.#listeners.size === 0) return;
    const accepted = message.toAccepted();
    for (const listener of this.#listeners) {
      try {
        listener(accepted);
      } catch (error) {
        this.#log.error({ err: error, topic: message.topic }, "a listener of accepted messages failed");
      }
    }
  }
}
