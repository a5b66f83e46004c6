import { randomUUID } from "node:crypto";
import { ConnectionAuthority } from "../policy/connection-authority.ts";
import type { Connection } from "./connection.ts";
import { ConnectedClient } from "./connected-client.ts";
import type { ConnectPacket, WillPacket } from "./codec/packets.ts";
import type { PacketReader } from "./codec/packet-reader.ts";
import { readConnect, UnsupportedProtocolLevel } from "./codec/read-connect.ts";
import { MqttError, ReasonCode } from "./codec/reason-codes.ts";
import { writeConnackRefusal, writeConnackV4, writeConnackV5 } from "./codec/write-packets.ts";
import { OutboundFlow } from "./delivery/outbound-flow.ts";
import type { Session } from "./sessions/session.ts";
import { isReservedForService, isTopicName, isWithinTopicQuota } from "./topics/topic-rules.ts";
import type { ArmedWill } from "./wills.ts";

/** Looks up and registers who is connected; the newest connection of a client id is the one that stays. */
export interface LiveClients {
  get(clientId: string): Connection | undefined;
  set(clientId: string, connection: Connection): void;
}

const UNSUPPORTED_LEVEL_V4 = 1;
const IDENTIFIER_REJECTED_V4 = 2;
const SERVER_UNAVAILABLE_V4 = 3;

/** Answers the first packet of a connection (AWS.md C.7 and D.5; MQTT 5 section 3.1.4). */
export function handleConnect(connection: Connection, reader: PacketReader, live: LiveClients): void {
  const packet = parse(connection, reader);
  if (packet === undefined) return;
  const clientId = packet.clientId === "" ? `$GEN/${randomUUID()}` : packet.clientId;
  const refusal = findRefusal(connection, packet);
  if (refusal !== undefined) {
    refuse(connection, packet, refusal);
    return;
  }
  const authority = new ConnectionAuthority({
    caller: connection.caller,
    clientId,
    sourceIp: connection.transport.remoteAddress,
    arnPrefix: connection.core.arnPrefix,
    authorities: connection.core.authorities,
    monotonicMs: connection.core.monotonicMs,
  });
  if (!isAuthorized(packet, authority)) {
    connection.core.events.connectFailed(connection.subjectOf(clientId));
    refuse(connection, packet, { code: ReasonCode.notAuthorized, codeV4: undefined, text: "Not authorized to connect" });
    return;
  }
  // Last, so that nobody can use up the rate of a client identifier that is not theirs.
  if (!connection.core.areRatesLifted() && !connection.core.connectRate.take(clientId, connection.core.monotonicMs())) {
    const text = "One CONNECT a second for each client identifier";
    refuse(connection, packet, { code: ReasonCode.quotaExceeded, codeV4: SERVER_UNAVAILABLE_V4, text });
    return;
  }
  accept(connection, packet, { clientId, authority, live });
}

function parse(connection: Connection, reader: PacketReader): ConnectPacket | undefined {
  try {
    return readConnect(reader);
  } catch (error) {
    if (error instanceof UnsupportedProtocolLevel) {
      const isNewer = error.level > 5;
      connection.send(
        isNewer ? writeConnackRefusal(ReasonCode.unsupportedProtocolVersion, undefined) : writeConnackV4(false, UNSUPPORTED_LEVEL_V4),
      );
    } else if (!(error instanceof MqttError)) throw error;
    // A malformed CONNECT gets no answer: nobody knows which version would understand one.
    connection.close({ reason: "CLIENT_ERROR" });
    return undefined;
  }
}

interface Refusal {
  readonly code: number;
  /** MQTT 3.1.1 return code; undefined closes the connection without CONNACK, as AWS does. */
  readonly codeV4: number | undefined;
  readonly text: string;
}

function refuse(connection: Connection, packet: ConnectPacket, { code, codeV4, text }: Refusal): void {
  if (packet.protocolVersion === 5) connection.send(writeConnackRefusal(code, packet.wantsProblemInformation ? text : undefined));
  else if (codeV4 !== undefined) connection.send(writeConnackV4(false, codeV4));
  connection.close({ reason: "CLIENT_ERROR" });
}

function findRefusal(connection: Connection, packet: ConnectPacket): Refusal | undefined {
  const { core } = connection;
  if (packet.hasAuthenticationMethod) {
    return { code: ReasonCode.notAuthorized, codeV4: undefined, text: "Enhanced authentication is not supported" };
  }
  if (!isClientIdAllowed(packet, core.limits.clientIdBytesMax)) {
    return { code: ReasonCode.clientIdentifierNotValid, codeV4: IDENTIFIER_REJECTED_V4, text: "Client identifier is not valid" };
  }
  const willRefusal = packet.will === undefined ? undefined : findWillRefusal(packet.will, connection);
  if (willRefusal !== undefined) return willRefusal;
  if ((packet.maximumPacketSize ?? Infinity) < core.limits.clientPacketBytesMin) {
    return { code: ReasonCode.quotaExceeded, codeV4: undefined, text: "Maximum Packet Size must be at least 512 bytes" };
  }
  return undefined;
}

function isClientIdAllowed({ clientId, protocolVersion, isCleanStart }: ConnectPacket, bytesMax: number): boolean {
  // 3.1.1 section 3.1.3.1: without an identifier there is no session to come back to.
  if (clientId === "") return protocolVersion === 5 || isCleanStart;
  return !clientId.startsWith("$") && Buffer.byteLength(clientId) <= bytesMax;
}

function findWillRefusal(will: WillPacket, { core }: Connection): Refusal | undefined {
  if (will.qos === 2) return { code: ReasonCode.qosNotSupported, codeV4: undefined, text: "Will QoS 2 is not supported" };
  if (!isTopicName(will.topic) || !isWithinTopicQuota(will.topic, core.limits) || (will.isRetained && will.topic.startsWith("$"))) {
    return { code: ReasonCode.topicNameInvalid, codeV4: undefined, text: "The will topic is not valid" };
  }
  if (will.payload.length <= core.limits.payloadBytesMax) return undefined;
  return { code: ReasonCode.quotaExceeded, codeV4: undefined, text: "The will payload is too large" };
}

function isAuthorized(packet: ConnectPacket, authority: ConnectionAuthority): boolean {
  const isPersistent = packet.protocolVersion === 4 ? !packet.isCleanStart : (packet.sessionExpirySeconds ?? 0) > 0;
  const attributes = [...(isPersistent ? ["PersistentConnect"] : []), ...(packet.will === undefined ? [] : ["LastWill"])];
  if (packet.will !== undefined && isReservedForService(packet.will.topic)) return false;
  return authority.mayConnect(attributes, packet.will);
}

interface Acceptance {
  readonly clientId: string;
  readonly authority: ConnectionAuthority;
  readonly live: LiveClients;
}

function accept(connection: Connection, packet: ConnectPacket, { clientId, authority, live }: Acceptance): void {
  const { core } = connection;
  live.get(clientId)?.close({ reason: "DUPLICATE_CLIENTID", reasonCode: ReasonCode.sessionTakenOver });
  live.set(clientId, connection);
  const { protocolVersion } = packet;
  const expirySeconds = grantedExpiry(packet, core.limits.sessionExpirySecondsMax);
  const { session, isPresent } = core.sessions.open({ clientId, protocolVersion, isCleanStart: packet.isCleanStart, expirySeconds });
  if (isPresent) core.wills.sessionResumed(clientId);
  else core.wills.sessionEnded(clientId);
  const { keepAliveSecondsMin, keepAliveSecondsMax } = core.limits;
  const keepAliveSeconds =
    packet.keepAliveSeconds === 0
      ? keepAliveSecondsMax
      : Math.min(Math.max(packet.keepAliveSeconds, keepAliveSecondsMin), keepAliveSecondsMax);
  const flow = createFlow(connection, { packet, session, authority });
  connection.send(connack(packet, { isPresent, clientId, keepAliveSeconds, expirySeconds }, connection));
  connection.client = new ConnectedClient({
    connection,
    clientId,
    protocolVersion,
    session,
    authority,
    flow,
    keepAliveMs: keepAliveSeconds * 1000,
    wantsProblemInformation: packet.wantsProblemInformation,
    connectExpirySeconds: expirySeconds,
    will: armWill(connection, packet, authority, clientId),
  });
  core.sessions.attach(session, flow);
  flow.pump();
}

/** A 3.1.1 session that is not clean lasts the account's maximum; MQTT 5 clients ask, and may get less. */
function grantedExpiry(packet: ConnectPacket, maximum: number): number {
  if (packet.protocolVersion === 4) return packet.isCleanStart ? 0 : maximum;
  return Math.min(packet.sessionExpirySeconds ?? 0, maximum);
}

function createFlow(
  connection: Connection,
  { packet, session, authority }: { packet: ConnectPacket; session: Session; authority: ConnectionAuthority },
): OutboundFlow {
  const { core } = connection;
  return new OutboundFlow({
    session,
    protocolVersion: packet.protocolVersion,
    inflightMax: Math.min(packet.receiveMaximum ?? Infinity, core.limits.inflightMax),
    packetBytesMax: packet.maximumPacketSize ?? Infinity,
    outboxBytesMax: core.limits.outboxBytesMax,
    redeliveryMs: core.limits.redeliveryMs[packet.protocolVersion],
    replaysPerSecond: core.limits.queuedReplaysPerSecond,
    publishRate: connection.publishRate,
    areRatesLifted: core.areRatesLifted,
    mayReceive: (topic) => authority.mayReceive(topic),
    bufferedBytes: () => connection.bufferedBytes,
    send: (bytes) => connection.send(bytes),
    nowMs: () => core.clock.nowMs(),
    monotonicMs: core.monotonicMs,
  });
}

interface Granted {
  readonly isPresent: boolean;
  readonly clientId: string;
  readonly keepAliveSeconds: number;
  readonly expirySeconds: number;
}

function connack(packet: ConnectPacket, granted: Granted, { core }: Connection): Buffer {
  if (packet.protocolVersion === 4) return writeConnackV4(granted.isPresent, 0);
  const isExpiryLowered = granted.expirySeconds !== (packet.sessionExpirySeconds ?? 0);
  return writeConnackV5(granted.isPresent, {
    sessionExpirySeconds: isExpiryLowered ? granted.expirySeconds : undefined,
    assignedClientId: packet.clientId === "" ? granted.clientId : undefined,
    keepAliveSeconds: granted.keepAliveSeconds,
    receiveMaximum: core.limits.inflightMax,
    topicAliasMaximum: core.limits.topicAliasMax,
    maximumPacketSize: core.limits.packetBytesMax,
  });
}

function armWill(connection: Connection, packet: ConnectPacket, authority: ConnectionAuthority, clientId: string): ArmedWill | undefined {
  const { will } = packet;
  if (will === undefined) return undefined;
  const mayPublish = () => authority.mayPublish(will.topic) && (!will.isRetained || authority.mayRetain(will.topic));
  return { packet: will, clientId, caller: connection.caller, mayPublish };
}
