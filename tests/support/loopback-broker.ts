import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import mqttPacket, { type IConnectPacket, type IPublishPacket, type ISubscribePacket, type Packet } from "mqtt-packet";
import { type WebSocket, WebSocketServer } from "ws";

const MQTT5 = { protocolVersion: 5 } as const;

/** One connected client of the loopback broker. */
export interface LoopbackClient {
  clientId: string;
  /** The upgrade request's path and query, as signed. */
  url: string;
  filters: string[];
  /** Sends packets, `perFrame` of them in each WebSocket frame; `splitAt` cuts each frame in two at that byte. */
  sendPackets: (packets: Packet[], perFrame?: number, splitAt?: number) => void;
  disconnect: (reasonCode: number) => void;
  /** Cuts the socket without a close frame. */
  cut: () => void;
}

/** What the broker answers; each may be replaced while it runs. */
export interface LoopbackAnswers {
  /** HTTP status that refuses the upgrade; null lets it through. */
  refuseUpgrade: (request: IncomingMessage) => number | null;
  connackReason: (packet: IConnectPacket) => number;
  subackReason: (filter: string) => number;
  answersPings: boolean;
  onSubscribed: (client: LoopbackClient, filters: string[]) => void;
}

export interface LoopbackBroker {
  url: string;
  answers: LoopbackAnswers;
  clients: Set<LoopbackClient>;
  /** Every SUBSCRIBE packet received, as lists of filters. */
  subscribes: string[][];
  unsubscribes: string[][];
  connectPackets: IConnectPacket[];
  upgradeUrls: string[];
  close: () => Promise<void>;
}

/** A publish packet, QoS 0 unless told. */
export function publishPacket(topic: string, payload: string | Buffer, extra: Partial<IPublishPacket> = {}): IPublishPacket {
  return { cmd: "publish", topic, payload, qos: 0, dup: false, retain: false, ...extra };
}

function defaultAnswers(): LoopbackAnswers {
  return {
    refuseUpgrade: () => null,
    connackReason: () => 0,
    subackReason: () => 0,
    answersPings: true,
    onSubscribed: () => undefined,
  };
}

function sendPackets(socket: WebSocket, packets: Packet[], perFrame: number, splitAt?: number): void {
  for (let i = 0; i < packets.length; i += perFrame) {
    const frame = Buffer.concat(packets.slice(i, i + perFrame).map((packet) => mqttPacket.generate(packet, MQTT5)));
    if (splitAt === undefined || splitAt >= frame.length) {
      socket.send(frame);
    } else {
      socket.send(frame.subarray(0, splitAt));
      socket.send(frame.subarray(splitAt));
    }
  }
}

interface Session {
  broker: LoopbackBroker;
  client: LoopbackClient;
  send: (packet: Packet) => void;
  socket: WebSocket;
}

function onSubscribe({ broker, client, send }: Session, packet: ISubscribePacket): void {
  const filters = packet.subscriptions.map(({ topic }) => topic);
  broker.subscribes.push(filters);
  const granted = filters.map((filter) => broker.answers.subackReason(filter));
  client.filters.push(...filters.filter((_, i) => (granted[i] ?? 0) < 0x80));
  send({ cmd: "suback", messageId: packet.messageId ?? 0, granted });
  broker.answers.onSubscribed(client, filters);
}

function onPacket(session: Session, packet: Packet): void {
  const { broker, client, send, socket } = session;
  switch (packet.cmd) {
    case "connect": {
      broker.connectPackets.push(packet);
      client.clientId = packet.clientId;
      const reasonCode = broker.answers.connackReason(packet);
      send({ cmd: "connack", sessionPresent: false, reasonCode, returnCode: reasonCode, properties: { serverKeepAlive: 30 } });
      if (reasonCode >= 0x80) socket.close();
      else broker.clients.add(client);
      break;
    }
    case "subscribe":
      onSubscribe(session, packet);
      break;
    case "unsubscribe":
      broker.unsubscribes.push(packet.unsubscriptions);
      client.filters = client.filters.filter((filter) => !packet.unsubscriptions.includes(filter));
      send({ cmd: "unsuback", messageId: packet.messageId ?? 0, granted: packet.unsubscriptions.map(() => 0) });
      break;
    case "pingreq":
      if (broker.answers.answersPings) send({ cmd: "pingresp" });
      break;
    case "publish":
      if (packet.qos === 1) send({ cmd: "puback", messageId: packet.messageId ?? 0, reasonCode: 0 });
      break;
    default:
      break;
  }
}

function attach(broker: LoopbackBroker, socket: WebSocket, url: string): void {
  const send = (packet: Packet): void => socket.send(mqttPacket.generate(packet, MQTT5));
  const client: LoopbackClient = {
    clientId: "",
    url,
    filters: [],
    sendPackets: (packets, perFrame = 1, splitAt) => sendPackets(socket, packets, perFrame, splitAt),
    disconnect: (reasonCode) => {
      send({ cmd: "disconnect", reasonCode });
      socket.close();
    },
    cut: () => socket.terminate(),
  };
  const parser = mqttPacket.parser(MQTT5);
  const session: Session = { broker, client, send, socket };
  parser.on("packet", (packet: Packet) => onPacket(session, packet));
  socket.on("message", (data) => parser.parse(data as Buffer));
  socket.on("close", () => broker.clients.delete(client));
  socket.on("error", () => broker.clients.delete(client));
}

/** A small MQTT 5 broker on loopback that answers as told; the real one is local-aws/iot-core/broker. */
export async function startLoopbackBroker(): Promise<LoopbackBroker> {
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => "mqtt" });
  const broker: LoopbackBroker = {
    url: "",
    answers: defaultAnswers(),
    clients: new Set(),
    subscribes: [],
    unsubscribes: [],
    connectPackets: [],
    upgradeUrls: [],
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
  http.on("upgrade", (request, socket, head) => {
    broker.upgradeUrls.push(request.url ?? "");
    const status = broker.answers.refuseUpgrade(request);
    if (status !== null) {
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => attach(broker, ws, request.url ?? ""));
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  broker.url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/mqtt`;
  return broker;
}
