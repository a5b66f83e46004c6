import type { MessageProperties, ProtocolVersion } from "./packets.ts";
import { PropertyId } from "./read-properties.ts";

/** A PUBLISH on the wire, shared by all its receivers of one kind; QoS 1 ones get a copy with their packet identifier. */
export interface EncodedPublish {
  readonly bytes: Buffer;
  /** Where the packet identifier belongs; -1 with QoS 0. */
  readonly packetIdAt: number;
}

export interface PublishInput {
  readonly version: ProtocolVersion;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly isRetained: boolean;
  readonly properties: MessageProperties | undefined;
  /** Whole seconds left, when the message expires. */
  readonly expirySeconds: number | undefined;
}

const NO_BYTES = Buffer.alloc(0);
const EMPTY_PROPERTIES = Buffer.from([0]);

export function writePublish(input: PublishInput): EncodedPublish {
  const { version, topic, payload, qos } = input;
  const properties = version === 5 ? messagePropertyBlock(input.properties, input.expirySeconds) : NO_BYTES;
  const topicBytes = Buffer.byteLength(topic);
  const remaining = 2 + topicBytes + (qos === 0 ? 0 : 2) + properties.length + payload.length;
  const bytes = Buffer.allocUnsafe(1 + varintLength(remaining) + remaining);
  bytes[0] = 0x30 | (qos << 1) | (input.isRetained ? 1 : 0);
  let at = writeVarint(bytes, remaining, 1);
  at = bytes.writeUInt16BE(topicBytes, at);
  at += bytes.write(topic, at, "utf8");
  const packetIdAt = qos === 0 ? -1 : at;
  if (qos !== 0) at += 2;
  bytes.set(properties, at);
  bytes.set(payload, at + properties.length);
  return { bytes, packetIdAt };
}

/** The shared bytes with this receiver's packet identifier. */
export function withPacketId(encoded: EncodedPublish, packetId: number): Buffer {
  const bytes = Buffer.from(encoded.bytes);
  bytes.writeUInt16BE(packetId, encoded.packetIdAt);
  return bytes;
}

function messagePropertyBlock(properties: MessageProperties | undefined, expirySeconds: number | undefined): Buffer {
  if (properties === undefined && expirySeconds === undefined) return EMPTY_PROPERTIES;
  const writer = new PropertyWriter();
  if (expirySeconds !== undefined) writer.uint32(PropertyId.messageExpiry, expirySeconds);
  if (properties?.payloadFormatIndicator !== undefined) {
    writer.byte(PropertyId.payloadFormatIndicator, properties.payloadFormatIndicator ? 1 : 0);
  }
  if (properties?.contentType !== undefined) writer.string(PropertyId.contentType, properties.contentType);
  if (properties?.responseTopic !== undefined) writer.string(PropertyId.responseTopic, properties.responseTopic);
  if (properties?.correlationData !== undefined) writer.binary(PropertyId.correlationData, properties.correlationData);
  for (const [name, value] of properties?.userProperties ?? []) writer.pair(PropertyId.userProperty, name, value);
  return writer.block();
}

export interface ConnackProperties {
  readonly sessionExpirySeconds: number | undefined;
  readonly assignedClientId: string | undefined;
  readonly keepAliveSeconds: number;
  readonly receiveMaximum: number;
  readonly topicAliasMaximum: number;
  readonly maximumPacketSize: number;
}

/** CONNACK that accepts an MQTT 5 connection, with what AWS IoT supports and what it does not. */
export function writeConnackV5(isSessionPresent: boolean, properties: ConnackProperties): Buffer {
  const writer = new PropertyWriter();
  if (properties.sessionExpirySeconds !== undefined) writer.uint32(PropertyId.sessionExpiry, properties.sessionExpirySeconds);
  if (properties.assignedClientId !== undefined) writer.string(PropertyId.assignedClientId, properties.assignedClientId);
  writer.uint16(PropertyId.serverKeepAlive, properties.keepAliveSeconds);
  writer.uint16(PropertyId.receiveMaximum, properties.receiveMaximum);
  writer.uint16(PropertyId.topicAliasMaximum, properties.topicAliasMaximum);
  writer.byte(PropertyId.maximumQos, 1);
  writer.byte(PropertyId.retainAvailable, 1);
  writer.uint32(PropertyId.maximumPacketSize, properties.maximumPacketSize);
  writer.byte(PropertyId.wildcardAvailable, 1);
  writer.byte(PropertyId.subscriptionIdentifiersAvailable, 0);
  writer.byte(PropertyId.sharedSubscriptionAvailable, 1);
  return packet(0x20, Buffer.from([isSessionPresent ? 1 : 0, 0]), writer.block());
}

export function writeConnackV4(isSessionPresent: boolean, returnCode: number): Buffer {
  return Buffer.from([0x20, 2, isSessionPresent ? 1 : 0, returnCode]);
}

/** CONNACK that refuses an MQTT 5 connection. */
export function writeConnackRefusal(reasonCode: number, reason: string | undefined): Buffer {
  return packet(0x20, Buffer.from([0, reasonCode]), reasonBlock(reason));
}

export function writePuback(version: ProtocolVersion, packetId: number, reasonCode: number): Buffer {
  if (version === 4 || reasonCode === 0) return Buffer.from([0x40, 2, packetId >> 8, packetId & 0xff]);
  return Buffer.from([0x40, 3, packetId >> 8, packetId & 0xff, reasonCode]);
}

export function writeSuback(version: ProtocolVersion, packetId: number, codes: readonly number[]): Buffer {
  const head = [packetId >> 8, packetId & 0xff, ...(version === 5 ? [0] : [])];
  return packet(0x90, Buffer.from([...head, ...codes]));
}

export function writeUnsuback(version: ProtocolVersion, packetId: number, codes: readonly number[]): Buffer {
  const head = [packetId >> 8, packetId & 0xff];
  return packet(0xb0, Buffer.from(version === 5 ? [...head, 0, ...codes] : head));
}

export const PINGRESP = Buffer.from([0xd0, 0]);

/** Server DISCONNECT; MQTT 5 only (3.1.1 has none in this direction). */
export function writeDisconnect(reasonCode: number, reason: string | undefined): Buffer {
  return packet(0xe0, Buffer.from([reasonCode]), reasonBlock(reason));
}

function reasonBlock(reason: string | undefined): Buffer {
  if (reason === undefined) return EMPTY_PROPERTIES;
  const writer = new PropertyWriter();
  writer.string(PropertyId.reasonString, reason);
  return writer.block();
}

function packet(firstByte: number, ...parts: Buffer[]): Buffer {
  const remaining = parts.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.allocUnsafe(1 + varintLength(remaining));
  head[0] = firstByte;
  writeVarint(head, remaining, 1);
  return Buffer.concat([head, ...parts]);
}

class PropertyWriter {
  readonly #parts: Buffer[] = [];

  byte(id: number, value: number): void {
    this.#parts.push(Buffer.from([id, value]));
  }

  uint16(id: number, value: number): void {
    this.#parts.push(Buffer.from([id, value >> 8, value & 0xff]));
  }

  uint32(id: number, value: number): void {
    const part = Buffer.allocUnsafe(5);
    part[0] = id;
    part.writeUInt32BE(value, 1);
    this.#parts.push(part);
  }

  string(id: number, value: string): void {
    this.binary(id, Buffer.from(value));
  }

  binary(id: number, value: Buffer): void {
    this.#parts.push(Buffer.from([id, value.length >> 8, value.length & 0xff]), value);
  }

  pair(id: number, name: string, value: string): void {
    this.string(id, name);
    const bytes = Buffer.from(value);
    this.#parts.push(Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes);
  }

  block(): Buffer {
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const head = Buffer.allocUnsafe(varintLength(length));
    writeVarint(head, length, 0);
    return Buffer.concat([head, ...this.#parts]);
  }
}

function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  return value < 0x200000 ? 3 : 4;
}

function writeVarint(bytes: Buffer, value: number, offset: number): number {
  let at = offset;
  let rest = value;
  do {
    const digit = rest & 0x7f;
    rest >>>= 7;
    bytes[at] = rest > 0 ? digit | 0x80 : digit;
    at += 1;
  } while (rest > 0);
  return at;
}
