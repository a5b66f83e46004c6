import type { ConnectPacket, ProtocolVersion, WillPacket } from "./packets.ts";
import type { PacketReader } from "./packet-reader.ts";
import {
  AllowedProperties,
  flagProperty,
  messageProperties,
  numberProperty,
  type PacketProperties,
  PropertyId,
  readProperties,
} from "./read-properties.ts";
import { malformed, protocolError } from "./reason-codes.ts";

const NO_PROPERTIES: PacketProperties = { values: new Map(), userProperties: [] };

/** A CONNECT of a protocol level this broker does not speak; the caller answers in the way that level understands. */
export class UnsupportedProtocolLevel extends Error {
  readonly level: number;

  constructor(level: number) {
    super(`Protocol level ${level} is not supported`);
    this.name = "UnsupportedProtocolLevel";
    this.level = level;
  }
}

/** MQTT 5 section 3.1 / 3.1.1 section 3.1. Throws MqttError or UnsupportedProtocolLevel. */
export function readConnect(reader: PacketReader): ConnectPacket {
  const protocolVersion = readVersion(reader);
  const flags = reader.byte();
  checkFlags(flags, protocolVersion);
  const keepAliveSeconds = reader.uint16();
  const block = protocolVersion === 5 ? readProperties(reader, AllowedProperties.connect) : NO_PROPERTIES;
  const clientId = reader.string();
  const will = (flags & 0x04) === 0 ? undefined : readWill(reader, flags, protocolVersion);
  if ((flags & 0x80) !== 0) reader.string();
  if ((flags & 0x40) !== 0) reader.binary();
  reader.expectEnd();
  return {
    protocolVersion,
    clientId,
    isCleanStart: (flags & 0x02) !== 0,
    keepAliveSeconds,
    will,
    sessionExpirySeconds: numberProperty(block, PropertyId.sessionExpiry),
    receiveMaximum: positive(block, PropertyId.receiveMaximum),
    maximumPacketSize: positive(block, PropertyId.maximumPacketSize),
    hasAuthenticationMethod: hasAuthentication(block),
    wantsProblemInformation: problemInformation(block),
  };
}

function readVersion(reader: PacketReader): ProtocolVersion {
  const name = reader.string();
  const level = reader.byte();
  if (name === "MQIsdp" && level === 3) throw new UnsupportedProtocolLevel(level);
  if (name !== "MQTT") throw malformed("The protocol name is not MQTT");
  if (level !== 4 && level !== 5) throw new UnsupportedProtocolLevel(level);
  return level;
}

function checkFlags(flags: number, version: ProtocolVersion): void {
  if ((flags & 0x01) !== 0) throw malformed("The reserved connect flag is set");
  const willQos = (flags >> 3) & 0b11;
  if (willQos === 3) throw malformed("The will QoS is 3");
  if ((flags & 0x04) === 0 && (flags & 0x38) !== 0) throw malformed("Will flags are set without a will");
  // Allowed since MQTT 5 (section 3.1.2.9).
  if (version === 4 && (flags & 0xc0) === 0x40) throw malformed("There is a password without a user name");
}

function readWill(reader: PacketReader, flags: number, version: ProtocolVersion): WillPacket {
  const block = version === 5 ? readProperties(reader, AllowedProperties.will) : NO_PROPERTIES;
  const topic = reader.string();
  return {
    topic,
    // A copy: the will outlives the buffer it arrived in.
    payload: Buffer.from(reader.binary()),
    qos: (flags >> 3) & 0b11,
    isRetained: (flags & 0x20) !== 0,
    delaySeconds: numberProperty(block, PropertyId.willDelay) ?? 0,
    properties: version === 5 ? messageProperties(block) : undefined,
  };
}

function positive(block: PacketProperties, id: number): number | undefined {
  const value = numberProperty(block, id);
  if (value === 0) throw protocolError(`Property 0x${id.toString(16)} must not be 0`);
  return value;
}

function hasAuthentication(block: PacketProperties): boolean {
  const hasMethod = block.values.has(PropertyId.authenticationMethod);
  if (!hasMethod && block.values.has(PropertyId.authenticationData)) throw protocolError("There is authentication data without a method");
  return hasMethod;
}

function problemInformation(block: PacketProperties): boolean {
  flagProperty(block, PropertyId.requestResponseInformation);
  return flagProperty(block, PropertyId.requestProblemInformation) ?? true;
}
