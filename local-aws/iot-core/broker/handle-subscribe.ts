import type { SubscribePacket, SubscriptionRequest, UnsubscribePacket } from "./codec/packets.ts";
import { MqttError, protocolError, ReasonCode } from "./codec/reason-codes.ts";
import { writeSuback, writeUnsuback } from "./codec/write-packets.ts";
import type { ConnectedClient } from "./connected-client.ts";
import type { Connection } from "./connection.ts";
import type { Subscription } from "./sessions/session.ts";
import { isWithinTopicQuota, parseFilter } from "./topics/topic-rules.ts";

/** Takes a SUBSCRIBE (AWS.md C.7, D.5, D.6). Throws MqttError to disconnect. */
export function handleSubscribe(connection: Connection, client: ConnectedClient, packet: SubscribePacket): void {
  const { core } = connection;
  if (packet.hasSubscriptionIdentifier) {
    throw new MqttError(ReasonCode.subscriptionIdentifiersNotSupported, "Subscription identifiers are not supported");
  }
  if (packet.requests.length > core.limits.filtersPerSubscribeMax) {
    throw new MqttError(ReasonCode.quotaExceeded, `A SUBSCRIBE has at most ${core.limits.filtersPerSubscribeMax} topic filters`);
  }
  if (packet.requests.some(({ qos }) => qos === 2)) {
    // AWS sends no SUBACK to a 3.1.1 client that asks for QoS 2.
    if (client.protocolVersion === 4) return;
    throw new MqttError(ReasonCode.qosNotSupported, "QoS 2 is not supported");
  }
  const outcomes = packet.requests.map((request) => subscribe(connection, client, request));
  const isUnauthorized = outcomes.some(({ code }) => code === ReasonCode.notAuthorized);
  if (client.protocolVersion === 4 && isUnauthorized) {
    // AWS drops a 3.1.1 client for one filter it may not have; none of the others counts then.
    for (const { subscription, isNew } of outcomes) if (isNew && subscription !== undefined) core.subscriptions.remove(subscription);
    connection.close({ reason: "AUTH_ERROR" });
    return;
  }
  const codes = outcomes.map(({ code }) => (client.protocolVersion === 4 && code >= 0x80 ? ReasonCode.unspecifiedError : code));
  connection.send(writeSuback(client.protocolVersion, packet.packetId, codes));
  const granted = outcomes.flatMap(({ subscription }) => subscription ?? []);
  if (granted.length === 0) return;
  core.sessions.save(client.session);
  core.events.subscribed(
    connection.subjectOf(client.clientId),
    granted.map(({ filter }) => filter),
  );
  for (const [index, request] of packet.requests.entries()) sendRetained(connection, client, request, outcomes[index]);
}

interface Outcome {
  readonly code: number;
  /** Set when granted. */
  readonly subscription?: Subscription;
  readonly isNew?: boolean;
}

function subscribe(connection: Connection, client: ConnectedClient, request: SubscriptionRequest): Outcome {
  const { core } = connection;
  const { filter, qos, isNoLocal, isRetainAsPublished } = request;
  const parsed = parseFilter(filter);
  if (parsed === undefined) throw new MqttError(ReasonCode.topicFilterInvalid, "A topic filter is malformed");
  if (parsed.group !== undefined && isNoLocal) throw protocolError("No Local is not allowed on a shared subscription");
  if (!isWithinTopicQuota(parsed.pattern, core.limits)) return { code: ReasonCode.topicFilterInvalid };
  if (!client.authority.maySubscribe(filter)) return { code: ReasonCode.notAuthorized };
  const isNew = !client.session.subscriptions.has(filter);
  if (isNew && client.session.subscriptions.size >= core.limits.subscriptionsMax) return { code: ReasonCode.quotaExceeded };
  const subscription: Subscription = {
    session: client.session,
    filter,
    parsed,
    qos: qos === 1 ? 1 : 0,
    isNoLocal,
    isRetainAsPublished,
  };
  if (!core.subscriptions.add(subscription)) return { code: ReasonCode.quotaExceeded };
  return { code: subscription.qos, subscription, isNew };
}

/** AWS sends a retained message to exact filters only: not to wildcards, not to shared subscriptions. */
function sendRetained(
  connection: Connection,
  client: ConnectedClient,
  { retainHandling }: SubscriptionRequest,
  outcome: Outcome | undefined,
): void {
  const subscription = outcome?.subscription;
  if (subscription === undefined || subscription.parsed.hasWildcard || subscription.parsed.group !== undefined) return;
  if (retainHandling === 2 || (retainHandling === 1 && outcome?.isNew !== true)) return;
  const retained = connection.core.retained.get(subscription.filter, connection.core.clock.nowMs());
  if (retained === undefined) return;
  const { message } = retained;
  client.session.deliver(message, subscription.qos === 1 && message.qos === 1 ? 1 : 0, true);
}

export function handleUnsubscribe(connection: Connection, client: ConnectedClient, packet: UnsubscribePacket): void {
  const { core } = connection;
  const removed: string[] = [];
  const codes = packet.filters.map((filter) => {
    if (parseFilter(filter) === undefined) throw new MqttError(ReasonCode.topicFilterInvalid, "A topic filter is malformed");
    const subscription = client.session.subscriptions.get(filter);
    if (subscription === undefined) return ReasonCode.noSubscriptionExisted;
    core.subscriptions.remove(subscription);
    removed.push(filter);
    return ReasonCode.success;
  });
  connection.send(writeUnsuback(client.protocolVersion, packet.packetId, codes));
  if (removed.length === 0) return;
  core.sessions.save(client.session);
  core.events.unsubscribed(connection.subjectOf(client.clientId), removed);
}
