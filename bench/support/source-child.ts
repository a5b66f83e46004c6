import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import mqttPacket, { type Packet } from "mqtt-packet";
import { type WebSocket, WebSocketServer } from "ws";
import { MessageStream, type StreamOrder, toFrames } from "./message-stream.ts";

/**
 * The process `startMessageSource` forks: an MQTT 5 server on loopback that grants every subscription and, when told to, streams to
 * whoever is connected. On the path /raw no MQTT is expected of the client; it gets the same frames.
 */
const MQTT5 = { protocolVersion: 5 } as const;
const CHUNK_MESSAGES = 200;
const PACE_MS = 4;

let reader: Duplex | undefined;

function answer(socket: WebSocket, packet: Packet): void {
  const send = (reply: Packet) => socket.send(mqttPacket.generate(reply, MQTT5));
  if (packet.cmd === "connect") send({ cmd: "connack", sessionPresent: false, reasonCode: 0, properties: { serverKeepAlive: 30 } });
  else if (packet.cmd === "subscribe")
    send({ cmd: "suback", messageId: packet.messageId ?? 0, granted: packet.subscriptions.map(() => 0) });
  else if (packet.cmd === "unsubscribe")
    send({ cmd: "unsuback", messageId: packet.messageId ?? 0, granted: packet.unsubscriptions.map(() => 0) });
  else if (packet.cmd === "pingreq") send({ cmd: "pingresp" });
}

const http = createServer();
const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => "mqtt", perMessageDeflate: false });
http.on("upgrade", (request, duplex: Duplex, head) => {
  sockets.handleUpgrade(request, duplex, head, (socket) => {
    reader = duplex;
    const parser = mqttPacket.parser(MQTT5);
    parser.on("packet", (packet: Packet) => answer(socket, packet));
    socket.on("message", (data) => parser.parse(data as Buffer));
    socket.on("error", () => undefined);
  });
});

async function write(bytes: Buffer): Promise<void> {
  if (reader === undefined || reader.destroyed) throw new Error("nobody is connected");
  if (reader.write(bytes)) return;
  const over = new AbortController();
  const { signal } = over;
  // Whichever comes second must not leave its listeners behind.
  await Promise.race([once(reader, "drain", { signal }), once(reader, "close", { signal })]).finally(() => over.abort());
}

async function stream(order: StreamOrder): Promise<void> {
  const { messages, devices, packetsPerFrame, frameBytes, perSecond } = order;
  const source = new MessageStream(devices, Date.now());
  const startedMs = performance.now();
  let sent = 0;
  while (sent < messages) {
    const due = perSecond === undefined ? messages : Math.floor(((performance.now() - startedMs) / 1000) * perSecond);
    const count = Math.min(messages - sent, perSecond === undefined ? CHUNK_MESSAGES : due - sent);
    if (count > 0) await write(toFrames(source.take(count, Date.now()), frameBytes ?? packetsPerFrame * source.packetBytes));
    sent += Math.max(0, count);
    if (perSecond !== undefined) await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  }
}

process.on("message", (order: StreamOrder) => {
  stream(order).then(
    () => process.send?.({ done: true }),
    (error: unknown) => process.send?.({ done: false, why: String(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
http.listen(0, "127.0.0.1");
await once(http, "listening");
process.send?.({ url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/mqtt` });
