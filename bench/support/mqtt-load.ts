import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { BrokerProcess } from "./broker-process.ts";

/** What one run saw. Integrity counts must all be 0. */
export interface LoadResult {
  readonly messagesPerSecond: number;
  readonly received: number;
  readonly lost: number;
  readonly reordered: number;
  /** Messages whose payload names another device than their topic. */
  readonly misnamed: number;
}

export interface LoadInput {
  readonly publishers: number;
  readonly messages: number;
  /** Messages on their way at most: slower readers slow the publishers down, as TCP does, and nothing needs to be shed. */
  readonly window: number;
  readonly payloadBytes: number;
}

const SEQUENCE_DIGITS = 8;
const STALL_MS = 5000;

/** Publishes QoS 0 from many connections and counts what one subscriber gets of it. */
export async function runLoad(broker: BrokerProcess, input: LoadInput): Promise<LoadResult> {
  const run = `${Date.now().toString(36)}${randomBytes(3).toString("hex")}`;
  const subscriber = await openClient(broker, `${broker.clientIdPrefix}s${run}`);
  const counter = new Counter(input.publishers);
  subscriber.onPacket((packet) => counter.count(packet));
  subscriber.send(subscribePacket("dt/harbor/+/telemetry"));
  await subscriber.answered;
  const publishers = await Promise.all(
    Array.from({ length: input.publishers }, async (_, index) => ({
      client: await openClient(broker, `${broker.clientIdPrefix}p${index}${run}`),
      message: new MessageTemplate(index, input.payloadBytes, broker.webSocketPath !== undefined),
    })),
  );
  const startedAtMs = performance.now();
  await pump(publishers, counter, input);
  const seconds = (counter.lastAtMs - startedAtMs) / 1000;
  for (const { client } of publishers) client.close();
  subscriber.close();
  return {
    messagesPerSecond: Math.round(counter.received / seconds),
    received: counter.received,
    lost: input.messages - counter.received,
    reordered: counter.reordered,
    misnamed: counter.misnamed,
  };
}

async function pump(
  publishers: readonly { client: RawClient; message: MessageTemplate }[],
  counter: Counter,
  { messages, window }: LoadInput,
): Promise<void> {
  const perTurn = Math.max(1, Math.floor(window / publishers.length / 2));
  let sent = 0;
  let next = 0;
  while (counter.received < messages) {
    while (sent < messages && sent - counter.received + perTurn <= window) {
      const publisher = publishers[next % publishers.length];
      next += 1;
      if (publisher === undefined) break;
      const count = Math.min(perTurn, messages - sent);
      publisher.client.write(publisher.message.batch(count));
      sent += count;
    }
    if (performance.now() - Math.max(counter.lastAtMs, counter.startedAtMs) > STALL_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Counts deliveries by device and sequence number. */
class Counter {
  received = 0;
  reordered = 0;
  misnamed = 0;
  readonly startedAtMs = performance.now();
  lastAtMs = this.startedAtMs;
  readonly #last: Float64Array;

  constructor(publishers: number) {
    this.#last = new Float64Array(publishers).fill(-1);
  }

  count(packet: Buffer): void {
    const type = (packet[0] ?? 0) >> 4;
    if (type !== 3) return;
    let at = 1;
    while ((packet[at] ?? 0) >= 0x80) at += 1;
    at += 1;
    const topicBytes = packet.readUInt16BE(at);
    const device = digits(packet, at + 2 + "dt/harbor/".length, 4);
    const payloadAt = at + 2 + topicBytes;
    const sequence = digits(packet, payloadAt + 4, SEQUENCE_DIGITS);
    if (digits(packet, payloadAt, 4) !== device) this.misnamed += 1;
    if (sequence !== (this.#last[device] ?? -1) + 1) this.reordered += 1;
    this.#last[device] = sequence;
    this.received += 1;
    this.lastAtMs = performance.now();
  }
}

function digits(bytes: Buffer, start: number, count: number): number {
  let value = 0;
  for (let index = start; index < start + count; index += 1) value = value * 10 + (bytes[index] ?? 0) - 48;
  return value;
}

/** PUBLISH packets of one device; only the sequence number changes. */
class MessageTemplate {
  readonly #packet: Buffer;
  readonly #sequenceAt: number;
  #sequence = 0;

  constructor(index: number, payloadBytes: number, isWebSocket: boolean) {
    const device = String(index).padStart(4, "0");
    const topic = Buffer.from(`dt/harbor/${device}/telemetry`);
    const payload = Buffer.alloc(payloadBytes, "x");
    payload.write(device + "0".repeat(SEQUENCE_DIGITS));
    const publish = mqttPacket(0x30, Buffer.concat([Buffer.from([0, topic.length]), topic, payload]));
    this.#packet = isWebSocket ? clientFrame(publish) : publish;
    this.#sequenceAt = this.#packet.length - payloadBytes + device.length;
  }

  batch(count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count * this.#packet.length);
    for (let index = 0; index < count; index += 1) {
      const start = index * this.#packet.length;
      bytes.set(this.#packet, start);
      let rest = this.#sequence;
      for (let digit = SEQUENCE_DIGITS - 1; digit >= 0; digit -= 1) {
        bytes[start + this.#sequenceAt + digit] = 48 + (rest % 10);
        rest = Math.floor(rest / 10);
      }
      this.#sequence += 1;
    }
    return bytes;
  }
}

interface RawClient {
  /** Resolves with the next packet that is no PUBLISH. */
  readonly answered: Promise<void>;
  onPacket(listener: (packet: Buffer) => void): void;
  send(packet: Buffer): void;
  write(bytes: Buffer): void;
  close(): void;
}

/** An MQTT 3.1.1 connection that costs next to nothing to read and write, so that the broker is what is measured. */
async function openClient(broker: BrokerProcess, clientId: string): Promise<RawClient> {
  const socket = connect(broker.port, "127.0.0.1");
  socket.setNoDelay(true);
  await once(socket, "connect");
  const isWebSocket = broker.webSocketPath !== undefined;
  const rest = isWebSocket ? await shakeHands(socket, broker) : Buffer.alloc(0);
  let listener: (packet: Buffer) => void = () => undefined;
  let answer: () => void = () => undefined;
  const nextAnswer = () => new Promise<void>((resolve) => (answer = resolve));
  const connacked = nextAnswer();
  const read = createPacketReader(isWebSocket, (packet) => {
    if ((packet[0] ?? 0) >> 4 === 3) listener(packet);
    else answer();
  });
  socket.on("data", read);
  read(rest);
  const send = (packet: Buffer) => socket.write(isWebSocket ? clientFrame(packet) : packet);
  const id = Buffer.from(clientId);
  const head = Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, id.length >> 8, id.length & 0xff]);
  send(mqttPacket(0x10, Buffer.concat([head, id])));
  await connacked;
  return {
    answered: nextAnswer(),
    onPacket: (next) => (listener = next),
    send,
    write: (bytes) => socket.write(bytes),
    close: () => socket.destroy(),
  };
}

async function shakeHands(socket: Socket, broker: BrokerProcess): Promise<Buffer> {
  const lines = [
    `GET ${broker.webSocketPath ?? "/mqtt"} HTTP/1.1`,
    `Host: 127.0.0.1:${broker.port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Protocol: mqtt",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  if (!answer.toString("latin1").startsWith("HTTP/1.1 101")) throw new Error(`handshake refused: ${answer.toString("latin1")}`);
  return answer.subarray(answer.indexOf("\r\n\r\n") + 4);
}

/** Cuts the stream into packets; a WebSocket frame of our broker carries exactly one. */
function createPacketReader(isWebSocket: boolean, onPacket: (packet: Buffer) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  const sizeOf = isWebSocket ? frameSize : packetSize;
  return (chunk) => {
    const bytes = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let at = 0;
    for (;;) {
      const size = sizeOf(bytes, at);
      if (size === undefined || at + size.total > bytes.length) break;
      onPacket(bytes.subarray(at + size.header, at + size.total));
      at += size.total;
    }
    pending = at === bytes.length ? Buffer.alloc(0) : bytes.subarray(at);
  };
}

function frameSize(bytes: Buffer, at: number): { header: number; total: number } | undefined {
  const length = bytes[at + 1];
  if (length === undefined) return undefined;
  if (length < 126) return { header: 2, total: 2 + length };
  if (at + 4 > bytes.length) return undefined;
  return { header: 4, total: 4 + bytes.readUInt16BE(at + 2) };
}

function packetSize(bytes: Buffer, at: number): { header: number; total: number } | undefined {
  let length = 0;
  for (let index = 0; index < 4; index += 1) {
    const byte = bytes[at + 1 + index];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 128 ** index;
    if (byte < 0x80) return { header: 0, total: 2 + index + length };
  }
  throw new Error("malformed packet");
}

function mqttPacket(firstByte: number, body: Buffer): Buffer {
  const head = body.length < 128 ? [firstByte, body.length] : [firstByte, (body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.from(head), body]);
}

/** Masked with 0, so that the payload can be changed in place. */
function clientFrame(payload: Buffer): Buffer {
  const length = payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([0x82, ...length, 0, 0, 0, 0]), payload]);
}

function subscribePacket(filter: string): Buffer {
  const bytes = Buffer.from(filter);
  return mqttPacket(0x82, Buffer.concat([Buffer.from([0, 1, 0, bytes.length]), bytes, Buffer.from([0])]));
}
