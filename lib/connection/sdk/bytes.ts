const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Texts of packets are short, and up to here a decoder's call costs more than the letters. */
const SHORT_TEXT_BYTES = 64;

/** Stands in for Node's Buffer in the live worker's build: the members that MQTT's packets need, with the meaning they have there. */
export class Bytes extends Uint8Array {
  /** The text of UTF-8 bytes; what is none becomes U+FFFD, a byte order mark stays. */
  override toString(_encoding?: string, start = 0, end: number = this.length): string {
    if (end - start > SHORT_TEXT_BYTES) return decoder.decode(this.subarray(start, end));
    let text = "";
    for (let at = start; at < end; at += 1) {
      const byte = this[at] ?? 0;
      if (byte > 0x7f) return decoder.decode(this.subarray(start, end));
      text += String.fromCharCode(byte);
    }
    return text;
  }

  writeUInt8(value: number, at: number): number {
    this[at] = value;
    return at + 1;
  }

  writeUInt16BE(value: number, at: number): number {
    return this.writeUInt8(value, this.writeUInt8(value >> 8, at));
  }

  writeUInt32BE(value: number, at: number): number {
    return this.writeUInt16BE(value, this.writeUInt16BE(value >>> 16, at));
  }

  copy(target: Uint8Array, at = 0): number {
    target.set(this, at);
    return this.length;
  }
}

function from(source: string | ArrayBuffer | ArrayLike<number>): Bytes {
  if (typeof source === "string") return new Bytes(encoder.encode(source));
  return source instanceof ArrayBuffer ? new Bytes(source) : new Bytes(source);
}

function concat(parts: readonly Uint8Array[]): Bytes {
  const whole = new Bytes(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** As `Buffer` is asked: `from` copies arrays and shares the memory of an ArrayBuffer. */
export const LeanBuffer = Object.assign(Bytes, {
  from,
  concat,
  alloc: (length: number): Bytes => new Bytes(length),
  allocUnsafe: (length: number): Bytes => new Bytes(length),
  isBuffer: (value: unknown): boolean => value instanceof Bytes,
  byteLength: (value: string | Uint8Array): number => (typeof value === "string" ? encoder.encode(value).length : value.length),
});
