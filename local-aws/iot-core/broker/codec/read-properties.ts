import type { MessageProperties } from "./packets.ts";
import type { PacketReader } from "./packet-reader.ts";
import { malformed, MqttError, protocolError, ReasonCode } from "./reason-codes.ts";

/** MQTT 5 table 2-4: how each property's value is written. */
const PROPERTY_KINDS: Readonly<Record<number, PropertyKind>> = {
  0x01: "byte",
  0x02: "uint32",
  0x03: "string",
  0x08: "string",
  0x09: "binary",
  0x0b: "varint",
  0x11: "uint32",
  0x12: "string",
  0x13: "uint16",
  0x15: "string",
  0x16: "binary",
  0x17: "byte",
  0x18: "uint32",
  0x19: "byte",
  0x1a: "string",
  0x1c: "string",
  0x1f: "string",
  0x21: "uint16",
  0x22: "uint16",
  0x23: "uint16",
  0x24: "byte",
  0x25: "byte",
  0x26: "pair",
  0x27: "uint32",
  0x28: "byte",
  0x29: "byte",
  0x2a: "byte",
};

type PropertyKind = "byte" | "uint16" | "uint32" | "varint" | "string" | "binary" | "pair";
type PropertyValue = number | string | Buffer;

export const PropertyId = {
  payloadFormatIndicator: 0x01,
  messageExpiry: 0x02,
  contentType: 0x03,
  responseTopic: 0x08,
  correlationData: 0x09,
  subscriptionIdentifier: 0x0b,
  sessionExpiry: 0x11,
  assignedClientId: 0x12,
  serverKeepAlive: 0x13,
  authenticationMethod: 0x15,
  authenticationData: 0x16,
  requestProblemInformation: 0x17,
  willDelay: 0x18,
  requestResponseInformation: 0x19,
  reasonString: 0x1f,
  receiveMaximum: 0x21,
  topicAliasMaximum: 0x22,
  topicAlias: 0x23,
  maximumQos: 0x24,
  retainAvailable: 0x25,
  userProperty: 0x26,
  maximumPacketSize: 0x27,
  wildcardAvailable: 0x28,
  subscriptionIdentifiersAvailable: 0x29,
  sharedSubscriptionAvailable: 0x2a,
} as const;

const MESSAGE_PROPERTIES = [0x01, 0x02, 0x03, 0x08, 0x09, 0x26];

/** Which properties each packet may carry (MQTT 5 table 2-4, client to server). */
export const AllowedProperties = {
  connect: new Set([0x11, 0x15, 0x16, 0x17, 0x19, 0x21, 0x22, 0x26, 0x27]),
  will: new Set([...MESSAGE_PROPERTIES, 0x18]),
  // The subscription identifier is the server's to send: from a client it is a protocol error (section 3.3.4).
  publish: new Set([...MESSAGE_PROPERTIES, 0x23]),
  puback: new Set([0x1f, 0x26]),
  subscribe: new Set([0x0b, 0x26]),
  unsubscribe: new Set([0x26]),
  disconnect: new Set([0x11, 0x1c, 0x1f, 0x26]),
} as const;

/** AWS IoT quota: user properties of one packet, keys and values together. */
const USER_PROPERTIES_BYTES_MAX = 8192;
const CONTENT_TYPE_BYTES_MAX = 256;
const CORRELATION_DATA_BYTES_MAX = 8192;

export interface PacketProperties {
  readonly values: ReadonlyMap<number, PropertyValue>;
  readonly userProperties: [string, string][];
}

const NONE: PacketProperties = { values: new Map(), userProperties: [] };

/** Reads a property block. Throws MqttError for one that is unknown, repeated, out of place or over AWS's quota. */
export function readProperties(reader: PacketReader, allowed: ReadonlySet<number>): PacketProperties {
  const length = reader.varint();
  if (length === 0) return NONE;
  const block = reader.slice(length);
  const values = new Map<number, PropertyValue>();
  const userProperties: [string, string][] = [];
  let userBytes = 0;
  while (block.remaining > 0) {
    const id = block.varint();
    const kind = PROPERTY_KINDS[id];
    if (kind === undefined) throw malformed(`Property 0x${id.toString(16)} does not exist`);
    if (!allowed.has(id)) throw protocolError(`Property 0x${id.toString(16)} does not belong in this packet`);
    if (kind === "pair") {
      const before = block.remaining;
      userProperties.push([block.string(), block.string()]);
      userBytes += before - block.remaining - 4;
      continue;
    }
    if (values.has(id)) throw protocolError(`Property 0x${id.toString(16)} is there twice`);
    values.set(id, readValue(block, kind));
  }
  if (userBytes > USER_PROPERTIES_BYTES_MAX) {
    throw new MqttError(ReasonCode.quotaExceeded, `User properties are larger than ${USER_PROPERTIES_BYTES_MAX} bytes`);
  }
  return { values, userProperties };
}

function readValue(block: PacketReader, kind: Exclude<PropertyKind, "pair">): PropertyValue {
  switch (kind) {
    case "byte":
      return block.byte();
    case "uint16":
      return block.uint16();
    case "uint32":
      return block.uint32();
    case "varint":
      return block.varint();
    case "string":
      return block.string();
    case "binary":
      return block.binary();
  }
}

export function numberProperty(properties: PacketProperties, id: number): number | undefined {
  return properties.values.get(id) as number | undefined;
}

/** A byte property that can only be 0 or 1. */
export function flagProperty(properties: PacketProperties, id: number): boolean | undefined {
  const value = numberProperty(properties, id);
  if (value === undefined) return undefined;
  if (value > 1) throw protocolError(`Property 0x${id.toString(16)} must be 0 or 1`);
  return value === 1;
}

/** Properties of a message, within AWS's quotas; undefined when it carries none. */
export function messageProperties(properties: PacketProperties): MessageProperties | undefined {
  if (properties === NONE) return undefined;
  const result: MessageProperties = {};
  const isUtf8Payload = flagProperty(properties, PropertyId.payloadFormatIndicator);
  if (isUtf8Payload !== undefined) result.payloadFormatIndicator = isUtf8Payload;
  const expiry = numberProperty(properties, PropertyId.messageExpiry);
  if (expiry !== undefined) result.messageExpirySeconds = expiry;
  const contentType = properties.values.get(PropertyId.contentType) as string | undefined;
  if (contentType !== undefined) {
    if (Buffer.byteLength(contentType) > CONTENT_TYPE_BYTES_MAX) throw quota("The content type", CONTENT_TYPE_BYTES_MAX);
    result.contentType = contentType;
  }
  const responseTopic = properties.values.get(PropertyId.responseTopic) as string | undefined;
  if (responseTopic !== undefined) {
    if (/[+#]/.test(responseTopic)) throw protocolError("The response topic contains a wildcard");
    result.responseTopic = responseTopic;
  }
  const correlation = properties.values.get(PropertyId.correlationData) as Buffer | undefined;
  if (correlation !== undefined) {
    if (correlation.length > CORRELATION_DATA_BYTES_MAX) throw quota("The correlation data", CORRELATION_DATA_BYTES_MAX);
    result.correlationData = Buffer.from(correlation);
  }
  if (properties.userProperties.length > 0) result.userProperties = properties.userProperties;
  return result;
}

function quota(what: string, bytesMax: number): MqttError {
  return new MqttError(ReasonCode.quotaExceeded, `${what} is larger than ${bytesMax} bytes`);
}
