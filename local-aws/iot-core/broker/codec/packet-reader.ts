import { isUtf8 } from "node:buffer";
import { malformed } from "./reason-codes.ts";

/** Reads one packet's variable header and payload; every read beyond `end` is a malformed packet. */
export class PacketReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  byte(): number {
    this.#need(1);
    const value = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return value;
  }

  uint16(): number {
    this.#need(2);
    const value = this.#bytes.readUInt16BE(this.#at);
    this.#at += 2;
    return value;
  }

  uint32(): number {
    this.#need(4);
    const value = this.#bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  /** Variable byte integer in its shortest form (MQTT 5 section 1.5.5). */
  varint(): number {
    let value = 0;
    for (let index = 0; index < 4; index += 1) {
      const byte = this.byte();
      value += (byte & 0x7f) * 128 ** index;
      if (byte < 0x80) {
        if (index > 0 && byte === 0) throw malformed("A variable byte integer is not in its shortest form");
        return value;
      }
    }
    throw malformed("A variable byte integer is longer than four bytes");
  }

  binary(): Buffer {
    const length = this.uint16();
    this.#need(length);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** UTF-8 string without U+0000 and without ill-formed sequences (MQTT 5 section 1.5.4). */
  string(): string {
    const length = this.uint16();
    this.#need(length);
    const start = this.#at;
    const end = start + length;
    this.#at = end;
    const bytes = this.#bytes;
    let isAscii = true;
    for (let index = start; index < end; index += 1) {
      const byte = bytes[index] ?? 0;
      if (byte === 0) throw malformed("A string contains U+0000");
      if (byte >= 0x80) isAscii = false;
    }
    if (isAscii) return bytes.toString("latin1", start, end);
    if (!isUtf8(bytes.subarray(start, end))) throw malformed("A string is not well-formed UTF-8");
    return bytes.toString("utf8", start, end);
  }

  rest(): Buffer {
    const value = this.#bytes.subarray(this.#at, this.#end);
    this.#at = this.#end;
    return value;
  }

  /** A reader of the next `length` bytes, which this one skips. */
  slice(length: number): PacketReader {
    this.#need(length);
    this.#at += length;
    return new PacketReader(this.#bytes, this.#at - length, this.#at);
  }

  expectEnd(): void {
    if (this.#at !== this.#end) throw malformed("The packet is longer than its content");
  }

  #need(count: number): void {
    if (this.#at + count > this.#end) throw malformed("The packet ends before its content does");
  }
}
