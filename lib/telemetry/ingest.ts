import type { InboundMessage } from "../connection/mqtt-transport.ts";
import type { TopicMeaning, Topics } from "../fleet/topics.ts";
import { type BatchWriter, createBatchWriter, type MessageHead } from "./batch-writer.ts";
import { FLAG_CLOCK, FLAG_RETAINED, type SampleBatch } from "./sample-batch.ts";
import { createStateBacklog } from "./state-backlog.ts";
import { parsePresenceMessage, parseShadowMessage, type PresenceMessage, type ShadowMessage } from "./state-messages.ts";
import { createTelemetryParser, describeRefusal, type Refusal, toInertText } from "./telemetry-parser.ts";
import { CLOCK_SKEW_MS_MAX, type RawMessage } from "./thing-live.ts";

const LOG_EVERY_MS = 60_000;
const RAW_TEXT_MAX = 4_096;
const RAWS_PER_BATCH_MAX = 100;
/** Sequence numbers remembered per thing; a redelivery comes within a handful of messages. */
const RECENT_COUNT = 16;
/** Things that may each have a line in the log within a minute; those beyond are only counted. */
const LOGGED_THINGS_MAX = 2_000;

/** What happened since the last batch, ready for the page. */
export interface IngestBatch {
  samples: SampleBatch | null;
  shadows: ({ thing: string; atMs: number } & ShadowMessage)[];
  presences: ({ thing: string; atMs: number } & PresenceMessage)[];
  refusals: { thing: string; atMs: number; sentence: string }[];
  skews: { thing: string; skewMs: number | null }[];
  raws: { thing: string; message: RawMessage }[];
  malformed: number;
  unknownTopic: number;
  duplicate: number;
  shed: number;
  received: number;
}

export interface IngestParts {
  /** The server's clock: values are ordered by when they came, not by what a device says. */
  nowMs: () => number;
  writer?: BatchWriter;
  /** One line per thing and minute about refused payloads. */
  log?: (line: string) => void;
}

/** From a message as received to a batch for the page; nothing it is given makes it throw. */
export interface Ingest {
  take: (message: InboundMessage, topics: Topics) => void;
  /** Which things' messages are kept as text. */
  keepRaw: (things: readonly string[]) => void;
  hasAny: () => boolean;
  flush: () => IngestBatch;
  recycle: (buffer: ArrayBuffer) => void;
}

interface ThingTrace {
  readonly thing: string;
  seqs: number[];
  timesMs: (number | null)[];
  at: number;
  isClockOdd: boolean | null;
}

const decoder = new TextDecoder();

class MessageIngest implements Ingest {
  readonly #nowMs: () => number;
  readonly #log: (line: string) => void;
  readonly #writer: BatchWriter;
  readonly #parser = createTelemetryParser();
  /** By the writer's index of the thing. */
  readonly #traces: ThingTrace[] = [];
  readonly #loggedAtMs = new Map<string, number>();
  #rawThings: ReadonlySet<string> = new Set();
  #rawCount = 0;
  #shedBefore = 0;
  readonly #shadows = createStateBacklog<IngestBatch["shadows"][number]>();
  readonly #presences = createStateBacklog<IngestBatch["presences"][number]>();
  readonly #skews = new Map<string, number | null>();
  #batch: IngestBatch = emptyBatch();

  constructor({ nowMs, writer, log }: IngestParts) {
    this.#nowMs = nowMs;
    this.#writer = writer ?? createBatchWriter();
    this.#log = log ?? (() => undefined);
  }

  take(message: InboundMessage, topics: Topics): void {
    this.#batch.received += 1;
    const meaning = topics.read(message.topic);
    if (!meaning) {
      this.#batch.unknownTopic += 1;
      return;
    }
    const atMs = Math.round(this.#nowMs());
    const refusal = this.#read(message, meaning, atMs);
    if (refusal) this.#refuse(meaning.thing, refusal, atMs);
    if (this.#rawThings.has(meaning.thing)) this.#keep(message, { thing: meaning.thing, atMs, refusal });
  }

  keepRaw(things: readonly string[]): void {
    this.#rawThings = new Set(things);
  }

  hasAny(): boolean {
    return this.#batch.received > 0 || this.#writer.hasAny();
  }

  flush(): IngestBatch {
    const batch = this.#batch;
    if (this.#writer.hasAny()) batch.samples = this.#writer.take();
    batch.shadows = this.#shadows.take();
    batch.presences = this.#presences.take();
    batch.skews = [...this.#skews].map(([thing, skewMs]) => ({ thing, skewMs }));
    this.#skews.clear();
    batch.shed += this.#writer.shedCount() - this.#shedBefore;
    this.#shedBefore = this.#writer.shedCount();
    this.#batch = emptyBatch();
    return batch;
  }

  recycle(buffer: ArrayBuffer): void {
    this.#writer.recycle(buffer);
  }

  #read(message: InboundMessage, { kind, thing }: TopicMeaning, atMs: number): Refusal | null {
    if (kind === "telemetry") return this.#readTelemetry(message, thing, atMs);
    const { payload } = message;
    const read = kind === "shadow" ? parseShadowMessage(payload) : parsePresenceMessage(payload);
    if ("refusal" in read) return read.refusal;
    this.#batch.shed +=
      "shadow" in read
        ? this.#shadows.push({ thing, atMs, ...read }, payload.length)
        : this.#presences.push({ thing, atMs, ...read }, payload.length);
    return null;
  }

  #readTelemetry(message: InboundMessage, thing: string, atMs: number): Refusal | null {
    const refusal = this.#parser.parse(message.payload);
    if (refusal) return refusal;
    const { fields } = this.#parser;
    const index = this.#writer.thingIndex(thing);
    if (index < 0) {
      this.#batch.shed += 1;
      return null;
    }
    const trace = this.#traceOf(thing, index);
    if (fields.seq !== null && this.#isDuplicate(trace, fields.seq, fields.deviceTimeMs)) {
      this.#batch.duplicate += 1;
      return null;
    }
    const skewMs = fields.deviceTimeMs === null ? null : fields.deviceTimeMs - atMs;
    const isOdd = fields.isDeviceTimeOdd || (!message.isRetained && skewMs !== null && Math.abs(skewMs) > CLOCK_SKEW_MS_MAX);
    if (trace.isClockOdd !== isOdd) {
      trace.isClockOdd = isOdd;
      if (isOdd || skewMs !== null) this.#skews.set(thing, skewMs);
    }
    // A retained value is as old as the device says; without its word nobody knows, and it is shown as stale.
    const isAged = message.isRetained && skewMs !== null && skewMs <= 0;
    const flags = (message.isRetained ? FLAG_RETAINED : 0) | (isOdd ? FLAG_CLOCK : 0);
    return this.#write({ thing: index, atMs: isAged ? atMs + skewMs : atMs, flags });
  }

  #write(head: MessageHead): Refusal | null {
    let refusal: Refusal | null = null;
    const { count, names, kinds, values, texts } = this.#parser.fields;
    this.#writer.begin(head);
    for (let i = 0; i < count; i += 1) {
      const metric = this.#writer.metricIndex(names[i] ?? "", head.thing);
      if (metric < 0) refusal = "too-many-names";
      else if (kinds[i] === "text") this.#writer.text(metric, texts[i] ?? "");
      else this.#writer.value(metric, values[i] ?? 0, kinds[i] === "boolean");
    }
    this.#writer.end();
    return refusal;
  }

  #traceOf(thing: string, index: number): ThingTrace {
    const known = this.#traces[index];
    if (known?.thing === thing) return known;
    const trace: ThingTrace = { thing, seqs: [], timesMs: [], at: 0, isClockOdd: false };
    this.#traces[index] = trace;
    return trace;
  }

  /** The same sequence number with the same time is the same message: a device that restarts counts from zero again, at another time. */
  #isDuplicate(trace: ThingTrace, seq: number, deviceTimeMs: number | null): boolean {
    for (let i = 0; i < trace.seqs.length; i += 1) if (trace.seqs[i] === seq && trace.timesMs[i] === deviceTimeMs) return true;
    trace.seqs[trace.at] = seq;
    trace.timesMs[trace.at] = deviceTimeMs;
    trace.at = (trace.at + 1) % RECENT_COUNT;
    return false;
  }

  #refuse(thing: string, refusal: Refusal, atMs: number): void {
    this.#batch.malformed += 1;
    if (!this.#mayLog(thing, atMs)) return;
    const sentence = describeRefusal(refusal);
    this.#batch.refusals.push({ thing, atMs, sentence });
    this.#log(`A message of ${thing} was refused: ${sentence}`);
  }

  /** One line a thing and minute; the entries stand in order of time, so that those whose minute is over make room first. */
  #mayLog(thing: string, atMs: number): boolean {
    const isOver = (loggedAtMs: number): boolean => Math.abs(atMs - loggedAtMs) >= LOG_EVERY_MS;
    for (const [logged, loggedAtMs] of this.#loggedAtMs) {
      if (!isOver(loggedAtMs)) break;
      this.#loggedAtMs.delete(logged);
    }
    if (this.#loggedAtMs.has(thing) || this.#loggedAtMs.size >= LOGGED_THINGS_MAX) return false;
    this.#loggedAtMs.set(thing, atMs);
    return true;
  }

  #keep({ topic, payload, isRetained }: InboundMessage, about: { thing: string; atMs: number; refusal: Refusal | null }): void {
    if (this.#batch.raws.length >= RAWS_PER_BATCH_MAX) this.#batch.raws.shift();
    this.#rawCount += 1;
    const text = toInertText(decoder.decode(payload.subarray(0, RAW_TEXT_MAX)), RAW_TEXT_MAX);
    const refusal = about.refusal ? describeRefusal(about.refusal) : null;
    const message = { id: String(this.#rawCount), atMs: about.atMs, topic, byteCount: payload.length, text, isRetained, refusal };
    this.#batch.raws.push({ thing: about.thing, message });
  }
}

function emptyBatch(): IngestBatch {
  return {
    samples: null,
    shadows: [],
    presences: [],
    refusals: [],
    skews: [],
    raws: [],
    malformed: 0,
    unknownTopic: 0,
    duplicate: 0,
    shed: 0,
    received: 0,
  };
}

/** An ingest without messages. */
export function createIngest(parts: IngestParts): Ingest {
  return new MessageIngest(parts);
}
