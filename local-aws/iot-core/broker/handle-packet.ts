import { PacketReader } from "./codec/packet-reader.ts";
import { PacketType, type DisconnectPacket } from "./codec/packets.ts";
import { malformed, protocolError, ReasonCode } from "./codec/reason-codes.ts";
import { readDisconnect, readPuback, readPublish, readSubscribe, readUnsubscribe } from "./codec/read-packets.ts";
import { PINGRESP } from "./codec/write-packets.ts";
import type { ConnectedClient } from "./connected-client.ts";
import type { Connection } from "./connection.ts";
import { handleConnect, type LiveClients } from "./handle-connect.ts";
import { handlePublish } from "./handle-publish.ts";
import { handleSubscribe, handleUnsubscribe } from "./handle-subscribe.ts";

/** These packets' flags are fixed at 0010, all others' but PUBLISH's at 0000 (MQTT 5 table 2-2). */
const FLAGS_TWO: ReadonlySet<number> = new Set([PacketType.pubrel, PacketType.subscribe, PacketType.unsubscribe]);

/** Handles one whole packet. Throws MqttError for what costs the client its connection. */
export function handlePacket(connection: Connection, live: LiveClients, firstByte: number, reader: PacketReader): void {
  const type = firstByte >> 4;
  const flags = firstByte & 0x0f;
  if (type === 0) throw malformed("Packet type 0 is reserved");
  if (type !== PacketType.publish && flags !== (FLAGS_TWO.has(type) ? 0b0010 : 0)) throw malformed("The fixed header's flags are wrong");
  const { client } = connection;
  if (client === undefined) {
    if (type === PacketType.connect) handleConnect(connection, reader, live);
    // The first packet must be CONNECT; there is no version yet to complain in.
    else connection.close({ reason: "CLIENT_ERROR" });
    return;
  }
  dispatch(connection, client, type, { flags, reader });
}

function dispatch(
  connection: Connection,
  client: ConnectedClient,
  type: number,
  { flags, reader }: { flags: number; reader: PacketReader },
): void {
  const version = client.protocolVersion;
  switch (type) {
    case PacketType.publish:
      handlePublish(connection, client, readPublish(reader, flags, version));
      return;
    case PacketType.puback:
      client.flow.acknowledge(readPuback(reader, version).packetId);
      return;
    case PacketType.subscribe:
      handleSubscribe(connection, client, readSubscribe(reader, version));
      return;
    case PacketType.unsubscribe:
      handleUnsubscribe(connection, client, readUnsubscribe(reader, version));
      return;
    case PacketType.pingreq:
      reader.expectEnd();
      connection.send(PINGRESP);
      return;
    case PacketType.disconnect:
      handleDisconnect(connection, client, readDisconnect(reader, version));
      return;
    default:
      // A second CONNECT, AUTH, the QoS 2 packets, and what only a server sends.
      throw protocolError(`Packet type ${type} is not expected`);
  }
}

/** MQTT 5 section 3.14: reason 0 is a goodbye, any other one lets the will go out. */
function handleDisconnect(connection: Connection, client: ConnectedClient, packet: DisconnectPacket): void {
  const { sessionExpirySeconds } = packet;
  if (sessionExpirySeconds !== undefined) {
    if (client.connectExpirySeconds === 0 && sessionExpirySeconds > 0) {
      throw protocolError("A session that ends with its connection cannot be prolonged in DISCONNECT");
    }
    client.session.expirySeconds = Math.min(sessionExpirySeconds, connection.core.limits.sessionExpirySecondsMax);
  }
  const isGoodbye = packet.reasonCode === ReasonCode.success;
  connection.close({ reason: isGoodbye ? "CLIENT_INITIATED_DISCONNECT" : "CLIENT_ERROR" });
}
