/** Stands in for bl in the live worker's build: what has come and is not parsed yet. What is read out of it stays valid. */
export class ByteList {
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;

  get length(): number {
    return this.#bytes.length - this.#start;
  }

  append(bytes: Buffer): this {
    this.#bytes = this.length === 0 ? bytes : Buffer.concat([this.#bytes.subarray(this.#start), bytes]);
    this.#start = 0;
    return this;
  }

  consume(length: number): this {
    this.#start = Math.min(this.#start + length, this.#bytes.length);
    return this;
  }

  slice(start: number, end: number): Buffer {
    return this.#bytes.subarray(this.#start + start, this.#start + end);
  }

  toString(encoding: BufferEncoding, start: number, end: number): string {
    return this.#bytes.toString(encoding, this.#start + start, this.#start + end);
  }

  readUInt8(at: number): number {
    const byte = this.#bytes[this.#start + at];
    if (byte === undefined) throw new RangeError("That byte has not come.");
    return byte;
  }

  readUInt16BE(at: number): number {
    return this.readUInt8(at) * 0x100 + this.readUInt8(at + 1);
  }

  readUInt32BE(at: number): number {
    return this.readUInt16BE(at) * 0x10000 + this.readUInt16BE(at + 2);
  }
}
