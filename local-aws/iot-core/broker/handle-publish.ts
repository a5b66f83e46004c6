import type { PublishPacket } from "./codec/packets.ts";
import { MqttError, protocolError, ReasonCode } from "./codec/reason-codes.ts";
import { writePuback } from "./codec/write-packets.ts";
import type { ConnectedClient } from "./connected-client.ts";
import type { Connection } from "./connection.ts";
import { expiresAt, RoutedMessage } from "./delivery/routed-message.ts";
import { isReservedForService, isTopicName, isWithinTopicQuota } from "./topics/topic-rules.ts";

/** Takes a PUBLISH: limits first, then authority, then the router (AWS.md C.7 and D.5). Throws MqttError to disconnect. */
export function handlePublish(connection: Connection, client: ConnectedClient, packet: PublishPacket): void {
  const { core } = connection;
  if (packet.qos === 2) {
    // AWS sends nothing to a 3.1.1 client that publishes with QoS 2.
    if (client.protocolVersion === 4) return;
    throw new MqttError(ReasonCode.qosNotSupported, "QoS 2 is not supported");
  }
  const topic = resolveTopic(connection, client, packet);
  if (!isTopicName(topic)) throw new MqttError(ReasonCode.topicNameInvalid, "The topic name is empty or contains a wildcard");
  if (packet.payload.length > core.limits.payloadBytesMax) {
    throw new MqttError(ReasonCode.quotaExceeded, `The payload is larger than ${core.limits.payloadBytesMax} bytes`);
  }
  if (!core.areRatesLifted() && !connection.publishRate.take(core.monotonicMs())) {
    refuse(connection, client, packet, ReasonCode.quotaExceeded);
    return;
  }
  const refusal = findRefusal(connection, client, topic, packet);
  if (refusal === undefined) accept(connection, client, topic, packet);
  else if (refusal === ReasonCode.quotaExceeded) refuse(connection, client, packet, refusal);
  else refuseOrClose(connection, client, packet, refusal);
}

function resolveTopic(connection: Connection, client: ConnectedClient, { topic, topicAlias }: PublishPacket): string {
  if (topicAlias === 0) {
    if (topic === "" && client.protocolVersion === 5) throw protocolError("There is neither a topic nor a topic alias");
    return topic;
  }
  if (topicAlias > connection.core.limits.topicAliasMax) {
    throw new MqttError(ReasonCode.topicAliasInvalid, `Topic aliases end at ${connection.core.limits.topicAliasMax}`);
  }
  if (topic !== "") {
    client.topicAliases[topicAlias - 1] = topic;
    return topic;
  }
  const known = client.topicAliases[topicAlias - 1];
  if (known === undefined) throw protocolError(`Topic alias ${topicAlias} was never set`);
  return known;
}

function findRefusal(connection: Connection, client: ConnectedClient, topic: string, packet: PublishPacket): number | undefined {
  const { core } = connection;
  if (!isWithinTopicQuota(topic, core.limits)) return ReasonCode.topicNameInvalid;
  if (packet.isRetained && topic.startsWith("$")) return ReasonCode.topicNameInvalid;
  if (isReservedForService(topic) || !client.authority.mayPublish(topic)) return ReasonCode.notAuthorized;
  if (!packet.isRetained) return undefined;
  if (!client.authority.mayRetain(topic)) return ReasonCode.notAuthorized;
  const hasRoom = core.areRatesLifted() || core.retained.hasRoomFor(topic, packet.payload.length, core.monotonicMs());
  return hasRoom ? undefined : ReasonCode.quotaExceeded;
}

/** Discards the message. MQTT 5 says so in the PUBACK; a 3.1.1 client hears nothing and tries again. */
function refuse(connection: Connection, client: ConnectedClient, packet: PublishPacket, reasonCode: number): void {
  if (client.protocolVersion === 5 && packet.qos === 1) connection.send(writePuback(5, packet.packetId, reasonCode));
}

/** MQTT 5 QoS 1 is told in the PUBACK and stays; MQTT 5 QoS 0 has no acknowledgement to be told in; 3.1.1 loses the connection. */
function refuseOrClose(connection: Connection, client: ConnectedClient, packet: PublishPacket, reasonCode: number): void {
  if (client.protocolVersion === 5) {
    refuse(connection, client, packet, reasonCode);
    return;
  }
  connection.close({ reason: reasonCode === ReasonCode.notAuthorized ? "AUTH_ERROR" : "CLIENT_ERROR", reasonCode });
}

function accept(connection: Connection, client: ConnectedClient, topic: string, packet: PublishPacket): void {
  const { core } = connection;
  const { properties } = packet;
  const receivedAtMs = core.clock.nowMs();
  core.router.route(
    new RoutedMessage({
      topic,
      // A QoS 1 message may wait in memory: not as a slice that keeps the socket's whole read buffer alive.
      payload: packet.qos === 1 ? Buffer.from(packet.payload) : packet.payload,
      qos: packet.qos === 1 ? 1 : 0,
      isRetained: packet.isRetained,
      properties,
      caller: connection.caller,
      clientId: client.clientId,
      receivedAtMs,
      expiresAtMs: expiresAt(properties?.messageExpirySeconds, receivedAtMs, core.limits.messageExpirySecondsMax),
    }),
  );
  // After the listeners: what a shadow or a rule wrote is on disk when the publisher hears of it.
  if (packet.qos === 1) connection.send(writePuback(client.protocolVersion, packet.packetId, ReasonCode.success));
}
