import type { LocalAwsContext } from "../../platform/service.ts";
import type { BrokerCore } from "./broker-core.ts";
import { RetainedMessages } from "./delivery/retained-messages.ts";
import { RoutedMessage } from "./delivery/routed-message.ts";
import { Router } from "./delivery/router.ts";
import type { StoredMessage } from "./delivery/stored-message.ts";
import { LifecycleEvents } from "./lifecycle-events.ts";
import { KeyedInterval, SlidingWindow } from "./rate-limits.ts";
import { Sessions } from "./sessions/sessions.ts";
import { Subscriptions } from "./sessions/subscriptions.ts";
import { FlushQueue } from "./transport/outbox.ts";
import { Wills } from "./wills.ts";

type CoreInput = Pick<BrokerCore, "authorities" | "limits" | "monotonicMs" | "areRatesLifted">;

/** Puts the broker's parts together and takes up what an earlier process left in the store. */
export function createBrokerCore(context: LocalAwsContext, input: CoreInput): BrokerCore {
  const { clock, store, log } = context;
  const { limits, monotonicMs, areRatesLifted } = input;
  const queuedRate = new SlidingWindow(limits.queuedPerSecond);
  const queueStore = {
    table: store.table<StoredMessage>("mqtt-queue"),
    countMax: limits.queuedPerSessionMax,
    mayQueue: () => areRatesLifted() || queuedRate.take(monotonicMs()),
  };
  const subscriptions = new Subscriptions(queueStore, limits.sharedGroupMembersMax);
  const retained = new RetainedMessages(store, limits);
  const router = new Router({ subscriptions, retained, log });
  const route = (message: RoutedMessage) => router.route(message);
  const nowMs = () => clock.nowMs();
  return {
    ...input,
    clock,
    log,
    arnPrefix: `arn:aws:iot:${context.region}:${context.accountId}:`,
    subscriptions,
    retained,
    router,
    sessions: new Sessions({ store, clock, queueStore, subscriptions }),
    events: new LifecycleEvents((topic, payload) => route(serviceMessage(topic, payload, nowMs())), nowMs),
    wills: new Wills({ route, clock, messageExpirySecondsMax: limits.messageExpirySecondsMax }),
    flushQueue: new FlushQueue(),
    connectRate: new KeyedInterval(limits.connectsPerSecondPerClient),
  };
}

function serviceMessage(topic: string, payload: Buffer, receivedAtMs: number): RoutedMessage {
  return new RoutedMessage({
    topic,
    payload,
    qos: 1,
    isRetained: false,
    properties: undefined,
    caller: { kind: "service" },
    clientId: undefined,
    receivedAtMs,
    expiresAtMs: Infinity,
  });
}
