import { benchThingName, FIRST_DEVICE, FIRST_SEQUENCE } from "./message-names.ts";

/** What the source sends: `messages` of `devices` devices in turn. Each carries its device's number and its own sequence, so loss, mix-up and reordering show. */
export interface StreamOrder {
  readonly messages: number;
  readonly devices: number;
  /** MQTT packets in one WebSocket frame. */
  readonly packetsPerFrame: number;
  /** Cuts the stream of packets into frames of this many bytes instead, wherever that falls. */
  readonly frameBytes?: number;
  /** Messages a second; absent: as fast as the reader takes them. */
  readonly perSecond?: number;
}

interface Template {
  readonly packet: Buffer;
  readonly sequencesAt: readonly number[];
  readonly sentAt: number;
  sequence: number;
}

/** PUBLISH packets (MQTT 5, QoS 0) of about 200 bytes, of which only the digits of sequence and time change. */
export class MessageStream {
  readonly #templates: Template[];
  #next = 0;
  readonly packetBytes: number;

  constructor(devices: number, nowMs: number) {
    this.#templates = Array.from({ length: devices }, (_, device) => createTemplate(device, nowMs));
    this.packetBytes = this.#templates[0]?.packet.length ?? 0;
  }

  /** `count` packets one after the other. */
  take(count: number, nowMs: number): Buffer {
    const bytes = Buffer.allocUnsafe(count * this.packetBytes);
    for (let index = 0; index < count; index += 1) {
      const template = this.#templates[this.#next];
      if (template === undefined) break;
      this.#next = (this.#next + 1) % this.#templates.length;
      const start = index * this.packetBytes;
      bytes.set(template.packet, start);
      for (const at of template.sequencesAt) writeDigits(bytes, { endAt: start + at + 8, count: 8, value: template.sequence });
      writeDigits(bytes, { endAt: start + template.sentAt + 13, count: 13, value: nowMs });
      template.sequence += 1;
    }
    return bytes;
  }
}

function createTemplate(device: number, nowMs: number): Template {
  const topic = Buffer.from(`dt/harbor/${benchThingName(device)}/telemetry`);
  const phase = ((device * 37) % 100) / 10;
  const payload =
    `{"ts":${nowMs},"seq":${FIRST_SEQUENCE},"device":${FIRST_DEVICE + device},"n":${FIRST_SEQUENCE},"sent":${nowMs},` +
    `"flow":51${phase.toFixed(3)},"pressure":${phase.toFixed(3)},"temperature":4${phase.toFixed(3)},"vibration":1.921,"power":7.354}`;
  const body = Buffer.concat([Buffer.from([0, topic.length]), topic, Buffer.from([0]), Buffer.from(payload)]);
  const head = body.length < 128 ? [0x30, body.length] : [0x30, (body.length & 0x7f) | 0x80, body.length >> 7];
  const packet = Buffer.concat([Buffer.from(head), body]);
  const at = (name: string) => packet.indexOf(`"${name}":`) + name.length + 3;
  return { packet, sequencesAt: [at("seq"), at("n")], sentAt: at("sent"), sequence: FIRST_SEQUENCE };
}

function writeDigits(bytes: Buffer, { endAt, count, value }: { endAt: number; count: number; value: number }): void {
  let rest = value;
  for (let at = endAt - 1; at >= endAt - count; at -= 1) {
    const next = Math.floor(rest / 10);
    bytes[at] = 48 + (rest - next * 10);
    rest = next;
  }
}

/** Puts a server's WebSocket frame header before each `frameBytes` of the stream. */
export function toFrames(stream: Buffer, frameBytes: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < stream.length; at += frameBytes) {
    const payload = stream.subarray(at, at + frameBytes);
    if (payload.length > 65_535) throw new RangeError("a frame of more than 64 KB");
    const head = payload.length < 126 ? [0x82, payload.length] : [0x82, 126, payload.length >> 8, payload.length & 0xff];
    parts.push(Buffer.from(head), payload);
  }
  return Buffer.concat(parts);
}
