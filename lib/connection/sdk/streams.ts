import { EventEmitter } from "events";

/**
 * Stands in for readable-stream in the live worker's build. The SDK's MQTT client hands what has come to a Writable, one chunk at a
 * time, and reads what was never answered from a Readable whose `_read` gives one packet, or null, at once.
 */
export class Writable {
  readonly #waiting: Uint8Array[] = [];
  #isBusy = false;
  /** Set by whoever made it; calls `done` when the next chunk may come. */
  declare _write: (chunk: Uint8Array, encoding: string, done: () => void) => void;

  write(chunk: Uint8Array): void {
    this.#waiting.push(chunk);
    if (!this.#isBusy) this.#next();
  }

  #next(): void {
    const chunk = this.#waiting.shift();
    this.#isBusy = chunk !== undefined;
    if (chunk !== undefined) this._write(chunk, "buffer", () => this.#next());
  }
}

/** See Writable. */
export class Readable extends EventEmitter {
  readonly #packets: unknown[] = [];
  /** Set by whoever made it. */
  declare _read: () => void;

  push(packet: unknown): void {
    this.#packets.push(packet);
  }

  read(): unknown {
    if (this.#packets.length === 0) this._read();
    const packet = this.#packets.shift() ?? null;
    if (packet === null) queueMicrotask(() => this.emit("end"));
    return packet;
  }
}
