import type {
  DisconnectPacket,
  ProtocolVersion,
  PublishPacket,
  SubscribePacket,
  SubscriptionRequest,
  UnsubscribePacket,
} from "./packets.ts";
import type { PacketReader } from "./packet-reader.ts";
import {
  AllowedProperties,
  messageProperties,
  numberProperty,
  type PacketProperties,
  PropertyId,
  readProperties,
} from "./read-properties.ts";
import { malformed, MqttError, protocolError, ReasonCode } from "./reason-codes.ts";

/** MQTT 5 section 3.3 / 3.1.1 section 3.3. */
export function readPublish(reader: PacketReader, flags: number, version: ProtocolVersion): PublishPacket {
  const qos = (flags >> 1) & 0b11;
  if (qos === 3) throw malformed("A PUBLISH has both QoS bits set");
  if (qos === 0 && (flags & 0b1000) !== 0) throw malformed("A QoS 0 PUBLISH has the DUP flag set");
  const topic = reader.string();
  const packetId = qos === 0 ? 0 : readPacketId(reader);
  if (version === 4) {
    return { topic, payload: reader.rest(), qos, isRetained: (flags & 1) === 1, packetId, topicAlias: 0, properties: undefined };
  }
  const block = readProperties(reader, AllowedProperties.publish);
  return {
    topic,
    qos,
    packetId,
    isRetained: (flags & 1) === 1,
    topicAlias: readTopicAlias(block),
    properties: messageProperties(block),
    payload: reader.rest(),
  };
}

/** 0 when there is none: a publisher that sends 0 itself is refused (MQTT 5 section 3.3.2.3.4). */
function readTopicAlias(block: PacketProperties): number {
  const alias = numberProperty(block, PropertyId.topicAlias);
  if (alias === 0) throw new MqttError(ReasonCode.topicAliasInvalid, "Topic alias 0 is not allowed");
  return alias ?? 0;
}

export function readPuback(reader: PacketReader, version: ProtocolVersion): { packetId: number } {
  const packetId = readPacketId(reader);
  if (version === 5 && reader.remaining > 0) {
    reader.byte();
    if (reader.remaining > 0) readProperties(reader, AllowedProperties.puback);
  }
  reader.expectEnd();
  return { packetId };
}

export function readSubscribe(reader: PacketReader, version: ProtocolVersion): SubscribePacket {
  const packetId = readPacketId(reader);
  let hasSubscriptionIdentifier = false;
  if (version === 5) {
    const block = readProperties(reader, AllowedProperties.subscribe);
    hasSubscriptionIdentifier = block.values.has(PropertyId.subscriptionIdentifier);
  }
  const requests: SubscriptionRequest[] = [];
  while (reader.remaining > 0) requests.push(readSubscription(reader, version));
  if (requests.length === 0) throw protocolError("A SUBSCRIBE carries no topic filter");
  return { packetId, requests, hasSubscriptionIdentifier };
}

function readSubscription(reader: PacketReader, version: ProtocolVersion): SubscriptionRequest {
  const filter = reader.string();
  const options = reader.byte();
  if ((options & (version === 5 ? 0xc0 : 0xfc)) !== 0) throw malformed("Reserved bits of the subscription options are set");
  const qos = options & 0b11;
  const retainHandling = (options >> 4) & 0b11;
  if (qos === 3) throw version === 5 ? protocolError("Subscription QoS 3 does not exist") : malformed("Subscription QoS 3 does not exist");
  if (retainHandling === 3) throw protocolError("Retain handling 3 does not exist");
  return { filter, qos, retainHandling, isNoLocal: (options & 0b100) !== 0, isRetainAsPublished: (options & 0b1000) !== 0 };
}

export function readUnsubscribe(reader: PacketReader, version: ProtocolVersion): UnsubscribePacket {
  const packetId = readPacketId(reader);
  if (version === 5) readProperties(reader, AllowedProperties.unsubscribe);
  const filters: string[] = [];
  while (reader.remaining > 0) filters.push(reader.string());
  if (filters.length === 0) throw protocolError("An UNSUBSCRIBE carries no topic filter");
  return { packetId, filters };
}

/** Reason codes that a client may send in a DISCONNECT (MQTT 5 table 3-10). */
const CLIENT_DISCONNECT_CODES = new Set([0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99]);

export function readDisconnect(reader: PacketReader, version: ProtocolVersion): DisconnectPacket {
  if (version === 4 || reader.remaining === 0) {
    reader.expectEnd();
    return { reasonCode: ReasonCode.success, sessionExpirySeconds: undefined };
  }
  const reasonCode = reader.byte();
  if (!CLIENT_DISCONNECT_CODES.has(reasonCode)) throw protocolError("A client cannot send this DISCONNECT reason code");
  if (reader.remaining === 0) return { reasonCode, sessionExpirySeconds: undefined };
  const block = readProperties(reader, AllowedProperties.disconnect);
  reader.expectEnd();
  return { reasonCode, sessionExpirySeconds: numberProperty(block, PropertyId.sessionExpiry) };
}

function readPacketId(reader: PacketReader): number {
  const packetId = reader.uint16();
  if (packetId === 0) throw protocolError("Packet identifier 0 is not allowed");
  return packetId;
}
