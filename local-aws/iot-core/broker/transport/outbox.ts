import type { Transport } from "./transport.ts";

/** Runs the flushes of one turn of the event loop together, so that a burst costs one write per connection. */
export class FlushQueue {
  #dirty: Outbox[] = [];
  #isScheduled = false;

  add(outbox: Outbox): void {
    this.#dirty.push(outbox);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const dirty = this.#dirty;
      this.#dirty = [];
      for (const next of dirty) next.flush();
    });
  }
}

/** Beyond this a turn's packets are written one by one instead of being copied together. */
const CONCAT_BYTES_MAX = 256 * 1024;

/** Packets on their way out of one connection. The owner asks `bufferedBytes` before it adds what may be shed. */
export class Outbox {
  readonly #transport: Transport;
  readonly #queue: FlushQueue;
  readonly #onFlush: (bytes: number) => void;
  #parts: Buffer[] = [];
  #bytes = 0;
  #isDirty = false;
  #isHeld = false;

  /** `onFlush` is told what left; it may call `hold`. */
  constructor(transport: Transport, queue: FlushQueue, onFlush: (bytes: number) => void) {
    this.#transport = transport;
    this.#queue = queue;
    this.#onFlush = onFlush;
  }

  get bufferedBytes(): number {
    return this.#bytes + this.#transport.bufferedBytes;
  }

  add(packet: Buffer): void {
    if (this.#transport.framing === "websocket") {
      const header = frameHeader(packet.length);
      this.#parts.push(header);
      this.#bytes += header.length;
    }
    this.#parts.push(packet);
    this.#bytes += packet.length;
    if (this.#isDirty) return;
    this.#isDirty = true;
    this.#queue.add(this);
  }

  /** Keeps packets back until `release`. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.flush();
  }

  /** Writes everything now. */
  flush(): void {
    this.#isDirty = false;
    if (this.#isHeld || this.#bytes === 0) return;
    const parts = this.#parts;
    const bytes = this.#bytes;
    this.#parts = [];
    this.#bytes = 0;
    const [first] = parts;
    if (parts.length === 1 && first !== undefined) this.#transport.write(first);
    else if (bytes <= CONCAT_BYTES_MAX) this.#transport.write(Buffer.concat(parts, bytes));
    else for (const part of parts) this.#transport.write(part);
    this.#onFlush(bytes);
  }

  /** Forgets what was not written. */
  discard(): void {
    this.#parts = [];
    this.#bytes = 0;
  }
}

const frameHeaders: (Buffer | undefined)[] = [];

/** Header of an unmasked, final binary WebSocket frame (RFC 6455 section 5.2). */
function frameHeader(length: number): Buffer {
  if (length < 4096) return (frameHeaders[length] ??= makeFrameHeader(length));
  return makeFrameHeader(length);
}

function makeFrameHeader(length: number): Buffer {
  if (length < 126) return Buffer.from([0x82, length]);
  if (length < 65_536) return Buffer.from([0x82, 126, length >> 8, length & 0xff]);
  const header = Buffer.alloc(10);
  header[0] = 0x82;
  header[1] = 127;
  header.writeUInt32BE(length, 6);
  return header;
}
