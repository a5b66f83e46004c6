import { type DropCounters, type LinkGap, NO_DROPS } from "../connection/connection-state.ts";
import type { ThingSummary } from "../fleet/thing.ts";
import { FLAG_RETAINED, HEADER_LENGTH, type SampleBatch } from "./sample-batch.ts";
import { createFleetEvents } from "./fleet-events.ts";
import type { LiveStore, LiveStoreParts } from "./live-store-contract.ts";
import type { IngestBatch } from "./ingest.ts";
import { createMessageRate } from "./message-rate.ts";
import { type DeckFacts, ThingRecord } from "./thing-record.ts";

export type { LiveStore, LiveStoreParts };

/** Rows kept of a thing in a list (five minutes at 1 Hz) and of an open one (four hours at 1 Hz). */
export const ROWS_LISTED = 300;
export const ROWS_OPEN = 14_400;
/** Things beyond this that nobody looks at are forgotten, the longest unheard first. */
const THINGS_KEPT_MAX = 12_000;
const GAPS_MAX = 200;
/** Of the budget: a stream that is cut off at it measures about as much. What is far more was kept for a page that had stood still, or no quota holds. */
const FULL_SHARE = [0.97, 1.2] as const;

class FrameStore implements LiveStore {
  readonly fleetEvents = createFleetEvents();
  readonly #nowMs: () => number;
  readonly #records = new Map<string, ThingRecord>();
  readonly #sites = new Map<string, string>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #anyListeners = new Set<() => void>();
  readonly #opens = new Map<string, number>();
  readonly #dirty = new Set<ThingRecord>();
  readonly #metricIndexes = new Map<string, number>();
  #things: (ThingRecord | undefined)[] = [];
  #thingNames: string[] = [];
  #metricNames: string[] = [];
  #facts: DeckFacts;
  #counters: DropCounters = NO_DROPS;
  #gaps: readonly LinkGap[] = [];
  #isStreaming: (thing: string, site: string) => boolean = () => false;
  #hasNews = false;
  readonly #rate = createMessageRate();

  constructor({ nowMs }: LiveStoreParts) {
    this.#nowMs = nowMs;
    this.#facts = { isLinkTrusted: true, nowMs: nowMs() };
  }

  ingest(batch: IngestBatch): void {
    if (batch.samples) this.#takeSamples(batch.samples);
    for (const { thing, atMs, ...message } of batch.shadows) this.#touch(thing).takeShadow(message, atMs);
    for (const { thing, ...message } of batch.presences) this.#note(thing, (record) => record.takePresence(message));
    for (const { thing, atMs, sentence } of batch.refusals)
      this.#note(thing, (record) => record.addEvent({ atMs, kind: "malformed", sentence, clientToken: null }));
    for (const { thing, skewMs } of batch.skews) this.#note(thing, (record) => record.setClockSkew(skewMs, this.#nowMs()));
    for (const { thing, message } of batch.raws) if (this.#opens.has(thing)) this.#touch(thing).addRaw(message);
    this.#count(batch);
  }

  flush(): void {
    if (this.#dirty.size === 0 && !this.#hasNews) return;
    this.#facts = { ...this.#facts, nowMs: this.#nowMs() };
    for (const record of this.#dirty) {
      record.isDirty = false;
      for (const listener of this.#listeners.get(record.thingName) ?? []) listener();
    }
    this.#dirty.clear();
    this.#hasNews = false;
    for (const listener of this.#anyListeners) listener();
  }

  tick(): void {
    this.#facts = { ...this.#facts, nowMs: this.#nowMs() };
    for (const [thing, listeners] of this.#listeners) {
      if (this.#records.has(thing)) for (const listener of listeners) listener();
    }
    this.#countRate();
    if (this.#records.size > THINGS_KEPT_MAX) this.#forgetOldest();
    this.flush();
  }

  seed(things: readonly ThingSummary[]): void {
    for (const thing of things) {
      this.#sites.set(thing.thingName, thing.site);
      this.#touch(thing.thingName).seed(thing);
      this.#applyStreaming(thing.thingName, thing.site);
    }
  }

  setStreaming(isStreaming: (thing: string, site: string) => boolean): void {
    this.#isStreaming = isStreaming;
    for (const [thing, site] of this.#sites) this.#applyStreaming(thing, site);
  }

  setLinkTrusted(isTrusted: boolean): void {
    if (this.#facts.isLinkTrusted === isTrusted) return;
    this.#facts = { isLinkTrusted: isTrusted, nowMs: this.#nowMs() };
    // Silence while the link was down says nothing about a thing.
    if (isTrusted)
      for (const record of this.#records.values()) if (record.streamingSinceMs !== null) record.streamingSinceMs = this.#nowMs();
    this.#hasNews = true;
    this.tick();
  }

  setGaps(gaps: readonly LinkGap[]): void {
    this.#gaps = gaps.slice(-GAPS_MAX);
    this.#hasNews = true;
  }

  open(thing: string): () => void {
    this.#opens.set(thing, (this.#opens.get(thing) ?? 0) + 1);
    this.record(thing).series.setRowsMax(ROWS_OPEN);
    return () => {
      const left = (this.#opens.get(thing) ?? 1) - 1;
      if (left > 0) {
        this.#opens.set(thing, left);
        return;
      }
      this.#opens.delete(thing);
      const record = this.#records.get(thing);
      record?.series.setRowsMax(ROWS_LISTED);
      record?.dropRaws();
    };
  }

  record(thing: string): ThingRecord {
    const known = this.#records.get(thing);
    if (known) return known;
    const record = new ThingRecord(thing, this.#opens.has(thing) ? ROWS_OPEN : ROWS_LISTED);
    this.#records.set(thing, record);
    return record;
  }

  records(): Iterable<ThingRecord> {
    return this.#records.values();
  }

  facts(): DeckFacts {
    return this.#facts;
  }

  metricIndex(name: string): number {
    return this.#metricIndexes.get(name) ?? -1;
  }

  gaps(): readonly LinkGap[] {
    return this.#gaps;
  }

  counters(): DropCounters {
    return this.#counters;
  }

  setCounters(counters: Partial<DropCounters>): void {
    this.#counters = { ...this.#counters, ...counters };
    this.#hasNews = true;
  }

  subscribe(thing: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(thing) ?? new Set();
    this.#listeners.set(thing, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(thing) === listeners) this.#listeners.delete(thing);
    };
  }

  subscribeAll(listener: () => void): () => void {
    this.#anyListeners.add(listener);
    return () => this.#anyListeners.delete(listener);
  }

  wipe(): void {
    this.#records.clear();
    this.#sites.clear();
    this.#dirty.clear();
    this.fleetEvents.clear();
    this.#metricIndexes.clear();
    this.#things = [];
    this.#thingNames = [];
    this.#metricNames = [];
    this.#counters = NO_DROPS;
    this.#gaps = [];
    this.#facts = { isLinkTrusted: false, nowMs: this.#nowMs() };
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener();
    for (const listener of this.#anyListeners) listener();
  }

  #applyStreaming(thing: string, site: string): void {
    const record = this.#records.get(thing);
    if (!record || (record.streamingSinceMs !== null) === this.#isStreaming(thing, site)) return;
    record.streamingSinceMs = record.streamingSinceMs === null ? this.#nowMs() : null;
    this.#dirty.add(record);
  }

  #touch(thing: string): ThingRecord {
    const record = this.record(thing);
    this.#dirty.add(record);
    return record;
  }

  /** What happens to any thing of the viewer's sites is told deck-wide, whether it is on screen or not. */
  #note(thing: string, change: (record: ThingRecord) => void): void {
    const record = this.#touch(thing);
    const [before] = record.events();
    change(record);
    const [event] = record.events();
    if (event && event !== before) this.fleetEvents.add(thing, event);
  }

  #takeSamples({ samples, length, newThings, newMetrics, texts }: SampleBatch): void {
    for (const { place, name } of newThings) {
      this.#thingNames[place] = name;
      this.#things[place] = undefined;
    }
    for (const name of newMetrics) {
      this.#metricIndexes.set(name, this.#metricNames.length);
      this.#metricNames.push(name);
    }
    for (let at = 0; at < length; at += HEADER_LENGTH + 2 * (samples[at + 3] ?? 0)) this.#takeMessage(samples, at);
    for (const { thing, metric, atMs, text } of texts) {
      const record = this.#recordAt(thing);
      record.setMetric(this.#metricNames[metric] ?? "", text, atMs);
      this.#dirty.add(record);
    }
  }

  #takeMessage(samples: Float64Array, at: number): void {
    const record = this.#recordAt(samples[at] ?? 0);
    const atMs = samples[at + 1] ?? 0;
    const isRetained = ((samples[at + 2] ?? 0) & FLAG_RETAINED) !== 0;
    const end = at + HEADER_LENGTH + 2 * (samples[at + 3] ?? 0);
    if (!record.isDirty) record.isDirty = true;
    this.#dirty.add(record);
    record.heard(atMs);
    // What the broker kept is a newest value, not a point of the live line.
    if (!isRetained) record.series.beginRow(atMs);
    for (let i = at + HEADER_LENGTH; i < end; i += 2) {
      const code = samples[i] ?? 0;
      const value = samples[i + 1] ?? 0;
      if (!isRetained) record.series.put(code >> 1, value);
      record.setMetric(this.#metricNames[code >> 1] ?? "", (code & 1) === 1 ? value === 1 : value, atMs);
    }
  }

  #recordAt(index: number): ThingRecord {
    const known = this.#things[index];
    if (known) return known;
    const record = this.record(this.#thingNames[index] ?? "");
    this.#things[index] = record;
    return record;
  }

  #count({ malformed, unknownTopic, duplicate, shed, received }: IngestBatch): void {
    this.#rate.add(received);
    if (malformed + unknownTopic + duplicate + shed === 0) return;
    const before = this.#counters;
    this.setCounters({
      malformed: before.malformed + malformed,
      unknownTopic: before.unknownTopic + unknownTopic,
      duplicate: before.duplicate + duplicate,
      shed: before.shed + shed,
    });
  }

  #countRate(): void {
    const measured = this.#rate.measure(this.#nowMs());
    if (measured === null) return;
    const { messagesPerSecond, budgetPerSecond, fullSeconds } = this.#counters;
    const { perSecond, overMs } = measured;
    const share = perSecond / budgetPerSecond;
    if (share >= FULL_SHARE[0] && share <= FULL_SHARE[1]) this.setCounters({ fullSeconds: fullSeconds + Math.round(overMs / 1000) });
    if (perSecond !== messagesPerSecond) this.setCounters({ messagesPerSecond: perSecond });
  }

  #forgetOldest(): void {
    const idle = [...this.#records.values()].filter(({ thingName }) => !this.#listeners.has(thingName) && !this.#opens.has(thingName));
    idle.sort((a, b) => (a.lastHeardMs ?? 0) - (b.lastHeardMs ?? 0));
    const forgotten = new Set(idle.slice(0, this.#records.size - THINGS_KEPT_MAX));
    for (const { thingName } of forgotten) {
      this.#records.delete(thingName);
      this.#sites.delete(thingName);
    }
    this.#things = this.#things.map((record) => (record && forgotten.has(record) ? undefined : record));
  }
}

/** An empty store. */
export function createLiveStore(parts: LiveStoreParts): LiveStore {
  return new FrameStore(parts);
}
