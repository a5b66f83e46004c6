import { malformed, MqttError, ReasonCode } from "./reason-codes.ts";

/** Receives one whole packet: its first byte, and where its variable header starts and ends. */
export type FrameHandler = (firstByte: number, bytes: Buffer, start: number, end: number) => void;

/**
 * Cuts a byte stream into MQTT packets. A packet that announces more than `maximumBytes` is refused at its header,
 * so no client can make the broker buffer more than that.
 */
export class FrameSplitter {
  readonly #maximumBytes: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** Bytes needed before the next packet can be whole; 0 while its length is unknown. */
  #wantedBytes = 0;

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  /** Hands on every whole packet in order, as long as `isOpen`. Throws MqttError; nothing may be pushed afterwards. */
  push(chunk: Buffer, handle: FrameHandler, isOpen: () => boolean): void {
    let bytes = chunk;
    if (this.#pendingBytes > 0) {
      this.#pending.push(chunk);
      this.#pendingBytes += chunk.length;
      if (this.#pendingBytes < this.#wantedBytes) return;
      bytes = Buffer.concat(this.#pending, this.#pendingBytes);
      this.#clear();
    }
    let at = 0;
    while (at < bytes.length && isOpen()) {
      const header = readHeader(bytes, at, this.#maximumBytes);
      if (header === undefined || header.end > bytes.length) {
        this.#wantedBytes = header === undefined ? 0 : header.end - at;
        // A copy: a slice would keep the socket's whole read buffer alive while a slow client finishes its packet.
        const rest = Buffer.from(bytes.subarray(at));
        this.#pending = [rest];
        this.#pendingBytes = rest.length;
        return;
      }
      handle(bytes[at] ?? 0, bytes, header.start, header.end);
      at = header.end;
    }
  }

  #clear(): void {
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#wantedBytes = 0;
  }
}

function readHeader(bytes: Buffer, at: number, maximumBytes: number): { start: number; end: number } | undefined {
  let length = 0;
  for (let index = 0; index < 4; index += 1) {
    const byte = bytes[at + 1 + index];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 128 ** index;
    if (byte < 0x80) {
      const start = at + 2 + index;
      if (start + length - at > maximumBytes) {
        throw new MqttError(ReasonCode.packetTooLarge, `The packet is larger than ${maximumBytes} bytes`);
      }
      return { start, end: start + length };
    }
  }
  throw malformed("The remaining length is longer than four bytes");
}
