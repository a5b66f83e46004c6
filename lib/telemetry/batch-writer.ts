import { HEADER_LENGTH, NAMES_PER_THING_MAX, type SampleBatch } from "./sample-batch.ts";
import { createThingNames } from "./thing-names.ts";

/** Bounds of what one tab knows, so that invented names cannot grow it (HAZARDS F12). */
export const THINGS_MAX = 20_000;
export const METRICS_MAX = 4_096;
const LENGTH_MIN = 8_192;
/** 2 MB: more than a second of 10,000 messages. */
const LENGTH_MAX = 262_144;
const TEXTS_MAX = 4_096;

export interface MessageHead {
  thing: number;
  atMs: number;
  flags: number;
}

/** Collects messages until the page can take them. When it cannot for long, only the newest of each thing is kept, and the rest counted. */
export interface BatchWriter {
  /** Index of a thing's name, its own until the batch is taken; -1 when this batch holds messages of too many. */
  thingIndex: (name: string) => number;
  /** Index of a metric's name, new ones on the account of the thing that sent it; -1 when there are too many. */
  metricIndex: (name: string, thing: number) => number;
  begin: (head: MessageHead) => void;
  value: (metric: number, value: number, isBoolean: boolean) => void;
  text: (metric: number, text: string) => void;
  end: () => void;
  hasAny: () => boolean;
  /** Hands the batch over; the writer goes on with `recycled` or a new buffer. */
  take: () => SampleBatch;
  /** Gives a buffer back for reuse. */
  recycle: (buffer: ArrayBuffer) => void;
  shedCount: () => number;
}

function createMetricNames(countMax: number) {
  const indexes = new Map<string, number>();
  let fresh: string[] = [];
  return {
    find: (name: string): number => indexes.get(name) ?? -1,
    isFull: () => indexes.size >= countMax,
    add: (name: string): number => {
      indexes.set(name, indexes.size);
      fresh.push(name);
      return indexes.size - 1;
    },
    takeFresh: (): string[] => {
      const taken = fresh;
      fresh = [];
      return taken;
    },
  };
}

/** Offsets of the newest message of each thing, in order of arrival. */
function newestOffsets(samples: Float64Array, length: number): number[] {
  const newest = new Map<number, number>();
  for (let at = 0; at < length; at += HEADER_LENGTH + 2 * (samples[at + 3] ?? 0)) {
    const thing = samples[at] ?? 0;
    newest.delete(thing);
    newest.set(thing, at);
  }
  return [...newest.values()];
}

class DoubleBufferWriter implements BatchWriter {
  readonly #metrics = createMetricNames(METRICS_MAX);
  readonly #namedBy = new Map<number, number>();
  readonly #things = createThingNames(THINGS_MAX, (place) => this.#namedBy.delete(place));
  #samples = new Float64Array(LENGTH_MIN);
  #spare: Float64Array<ArrayBuffer> | null = null;
  #length = 0;
  #messageCount = 0;
  #open = 0;
  #texts: SampleBatch["texts"] = [];
  #shed = 0;

  thingIndex(name: string): number {
    return this.#things.hear(name);
  }

  metricIndex(name: string, thing: number): number {
    const known = this.#metrics.find(name);
    if (known >= 0) return known;
    const named = this.#namedBy.get(thing) ?? 0;
    if (this.#metrics.isFull() || named >= NAMES_PER_THING_MAX) return -1;
    this.#namedBy.set(thing, named + 1);
    return this.#metrics.add(name);
  }

  begin({ thing, atMs, flags }: MessageHead): void {
    this.#makeRoom();
    this.#open = this.#length;
    this.#samples[this.#length] = thing;
    this.#samples[this.#length + 1] = atMs;
    this.#samples[this.#length + 2] = flags;
    this.#samples[this.#length + 3] = 0;
    this.#length += HEADER_LENGTH;
  }

  value(metric: number, value: number, isBoolean: boolean): void {
    this.#samples[this.#length] = metric * 2 + (isBoolean ? 1 : 0);
    this.#samples[this.#length + 1] = value;
    this.#length += 2;
  }

  text(metric: number, text: string): void {
    if (this.#texts.length >= TEXTS_MAX) this.#texts.shift();
    this.#texts.push({ thing: this.#samples[this.#open] ?? 0, metric, atMs: this.#samples[this.#open + 1] ?? 0, text });
  }

  end(): void {
    this.#samples[this.#open + 3] = (this.#length - this.#open - HEADER_LENGTH) / 2;
    this.#messageCount += 1;
  }

  hasAny(): boolean {
    return this.#messageCount > 0 || this.#texts.length > 0 || this.#things.hasNew();
  }

  take(): SampleBatch {
    const batch: SampleBatch = {
      samples: this.#samples,
      length: this.#length,
      messageCount: this.#messageCount,
      newThings: this.#things.takeNew(),
      newMetrics: this.#metrics.takeFresh(),
      texts: this.#texts,
    };
    this.#samples = this.#spare ?? new Float64Array(LENGTH_MIN);
    this.#spare = null;
    this.#length = 0;
    this.#messageCount = 0;
    this.#texts = [];
    return batch;
  }

  recycle(buffer: ArrayBuffer): void {
    if (buffer.byteLength >= LENGTH_MIN * 8) this.#spare = new Float64Array(buffer);
  }

  shedCount(): number {
    return this.#shed;
  }

  /** Room for the largest message: 64 values. */
  #makeRoom(): void {
    const needed = this.#length + HEADER_LENGTH + 2 * 64;
    if (needed <= this.#samples.length) return;
    if (this.#samples.length < LENGTH_MAX) {
      const grown = new Float64Array(Math.min(LENGTH_MAX, this.#samples.length * 2));
      grown.set(this.#samples);
      this.#samples = grown;
      return;
    }
    this.#keepNewest();
  }

  #keepNewest(): void {
    const offsets = newestOffsets(this.#samples, this.#length);
    const sizes = offsets.map((at) => HEADER_LENGTH + 2 * (this.#samples[at + 3] ?? 0));
    // Even the newest of each may fill the buffer: then the oldest of them go too.
    let total = sizes.reduce((sum, size) => sum + size, 0);
    let first = 0;
    while (total > LENGTH_MAX / 2) {
      total -= sizes[first] ?? total;
      first += 1;
    }
    let to = 0;
    const source = this.#samples.slice(0, this.#length);
    for (let i = first; i < offsets.length; i += 1) {
      const at = offsets[i] ?? 0;
      const size = sizes[i] ?? 0;
      this.#samples.set(source.subarray(at, at + size), to);
      to += size;
    }
    this.#shed += this.#messageCount - (offsets.length - first);
    this.#messageCount = offsets.length - first;
    this.#length = to;
  }
}

/** An empty writer. */
export function createBatchWriter(): BatchWriter {
  return new DoubleBufferWriter();
}
