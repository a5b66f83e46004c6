import type { Connectivity, IndexedState, JsonObject, ShadowDocument, ThingSummary } from "../fleet/thing.ts";
import { alarmSeverity, describeMetric } from "../fleet/describe-thing.ts";
import type { AlarmLimits } from "../fleet/thing-type-schema.ts";
import type { Liveness } from "../fleet/liveness.ts";
import { hasReportedAlarm, indexedState } from "../fleet/indexed-state.ts";
import { NAMES_PER_THING_MAX } from "./sample-batch.ts";
import { evaluateLiveness, isMetricStale, type LivenessFacts } from "./liveness-policy.ts";
import type { PresenceMessage, ShadowMessage } from "./state-messages.ts";
import { ThingSeries } from "./thing-series.ts";
import { CLOCK_SKEW_MS_MAX, type MetricValue, type RawMessage, type ThingEvent, type ThingLive } from "./thing-live.ts";

const EVENTS_MAX = 500;
const RAWS_MAX = 200;
/** Weight of the newest gap in how often a metric is expected. */
const PACE_WEIGHT = 0.2;
const DEFAULT_INTERVAL_MS = 5_000;
/** For so long after a presence event the server's index may still say otherwise: it lags, and a large site is read seldom. */
const INDEX_LAG_MS = 90_000;

/** The newest of one metric. */
interface MetricState {
  readonly name: string;
  /** Its place among the thing's metrics. */
  readonly at: number;
  value: number | boolean | string;
  atMs: number;
  seenEveryMs: number;
  snapshot: MetricValue | null;
  /** Those of the thing's type; undefined until they are looked up. */
  limits: AlarmLimits | undefined;
}

const NO_LIMITS: AlarmLimits = Object.freeze({});

/** What the whole deck knows and a single thing needs for its verdict. */
export interface DeckFacts {
  isLinkTrusted: boolean;
  nowMs: number;
}

/** Everything a tab knows of one thing. Snapshots are remade only when something in them changed, so React may compare them by identity. */
export class ThingRecord {
  readonly thingName: string;
  readonly series: ThingSeries;
  intervalMs = DEFAULT_INTERVAL_MS;
  streamingSinceMs: number | null = null;
  lastHeardMs: number | null = null;
  isDirty = true;
  /** Null until a page's answer has described the thing. */
  site: string | null = null;
  label: string | null = null;
  /** When the server read the state it was last seeded with (epoch ms, server clock); 0 before. */
  stateReadAtMs = 0;
  #indexed: IndexedState | null = null;
  #newsAtMs = 0;
  #thingType: string | null = null;
  readonly #alarming = new Set<string>();
  #connectivity: Connectivity | null = null;
  #presenceOrder = -1;
  #connectedSinceMs: number | null = null;
  #shadow: ShadowDocument | null = null;
  #clientToken: string | null = null;
  #clockSkewMs: number | null = null;
  #isClockUnreadable = false;
  #live: ThingLive | null = null;
  #metricNames: string[] = [];
  #events: ThingEvent[] = [];
  #raws: RawMessage[] = [];
  #eventCount = 0;
  readonly #metrics = new Map<string, MetricState>();
  readonly #metricStates: MetricState[] = [];
  #nextMetric = 0;

  constructor(thingName: string, rowsMax: number) {
    this.thingName = thingName;
    this.series = new ThingSeries(rowsMax);
  }

  /** Takes what a page's answer says, unless the stream has already said something newer. */
  seed(known: Pick<ThingSummary, "site" | "label" | "intervalMs" | "thingType" | "connectivity" | "shadow" | "readAtMs">): void {
    this.site = known.site;
    this.label = known.label;
    this.stateReadAtMs = Math.max(this.stateReadAtMs, known.readAtMs);
    this.#indexed = indexedState(known);
    this.intervalMs = known.intervalMs;
    if (this.#thingType !== known.thingType) for (const state of this.#metrics.values()) state.limits = undefined;
    this.#thingType = known.thingType;
    if (known.connectivity && (known.connectivity.atMs ?? 0) >= (this.#connectivity?.atMs ?? 0)) this.#setConnectivity(known.connectivity);
    if (known.shadow && known.shadow.version >= (this.#shadow?.version ?? -1)) this.#shadow = known.shadow;
    this.isDirty = true;
  }

  heard(atMs: number): void {
    if (atMs > (this.lastHeardMs ?? 0)) this.lastHeardMs = atMs;
    this.isDirty = true;
  }

  setMetric(name: string, value: number | boolean | string, atMs: number): void {
    const known = this.#metricState(name);
    if (!known) {
      if (this.#metricStates.length >= NAMES_PER_THING_MAX) return;
      const state: MetricState = { name, at: this.#metricStates.length, value, atMs, seenEveryMs: 0, snapshot: null, limits: undefined };
      this.#metrics.set(name, state);
      this.#metricStates.push(state);
      this.#metricNames = [...this.#metricNames, name];
      this.#judge(state, value);
      return;
    }
    this.#judge(known, value);
    const gapMs = atMs - known.atMs;
    // A gap of minutes is an outage, not a pace.
    if (gapMs > 0 && gapMs < 120_000) known.seenEveryMs += (gapMs - known.seenEveryMs) * (known.seenEveryMs === 0 ? 1 : PACE_WEIGHT);
    known.value = value;
    known.atMs = atMs;
    known.snapshot = null;
  }

  takeShadow({ shadow, clientToken }: ShadowMessage, atMs: number): void {
    if (this.#shadow && shadow.version <= this.#shadow.version) return;
    const before = this.#shadow;
    this.#shadow = shadow;
    this.#clientToken = clientToken;
    this.isDirty = true;
    if (!before) return;
    const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
    const { reported, desired } = before;
    if (!isSame(shadow.reported, reported))
      this.addEvent({ atMs, kind: "reported", sentence: changes("Reported", reported, shadow.reported), clientToken });
    if (!isSame(shadow.desired, desired))
      this.addEvent({ atMs, kind: "desired", sentence: changes("Desired", desired, shadow.desired), clientToken });
  }

  /** What this tab knows of the thing's state and the server's index does not: null where they agree, or nothing is known. */
  betterVerdict({ isLinkTrusted, nowMs }: DeckFacts): Exclude<Liveness, "unknown"> | null {
    const liveness = evaluateLiveness(this.#livenessFacts(isLinkTrusted), nowMs);
    if (this.#indexed === null || liveness === "unknown") return null;
    return liveness === this.#indexed && nowMs - this.#newsAtMs > INDEX_LAG_MS ? null : liveness;
  }

  /** Events may come twice and out of order (AWS.md D.7): only a newer one counts. */
  takePresence({ connectivity, order }: PresenceMessage): void {
    const atMs = connectivity.atMs ?? 0;
    const knownAtMs = this.#connectivity?.atMs ?? 0;
    if (atMs < knownAtMs || (atMs === knownAtMs && order < this.#presenceOrder)) return;
    const isNews = this.#connectivity?.isConnected !== connectivity.isConnected;
    this.#presenceOrder = order;
    this.#setConnectivity(connectivity);
    this.isDirty = true;
    if (!isNews) return;
    this.#newsAtMs = Math.max(this.#newsAtMs, atMs);
    const why = connectivity.reason ? ` (${connectivity.reason.toLowerCase().replaceAll("_", " ")})` : "";
    const sentence = connectivity.isConnected ? "Connected." : `Disconnected${why}.`;
    this.addEvent({ atMs, kind: connectivity.isConnected ? "connected" : "disconnected", sentence, clientToken: null });
  }

  /** `skewMs` is null when the device's time cannot be read. */
  setClockSkew(skewMs: number | null, atMs: number): void {
    this.#clockSkewMs = skewMs;
    this.#isClockUnreadable = skewMs === null;
    this.isDirty = true;
    if (skewMs !== null && Math.abs(skewMs) <= CLOCK_SKEW_MS_MAX) return;
    const what = skewMs === null ? "The device sends times that are no times" : "The device's clock differs from the server's";
    this.addEvent({ atMs, kind: "clock", sentence: `${what}; values are shown at the time they arrived.`, clientToken: null });
  }

  addEvent(event: Omit<ThingEvent, "id">): void {
    this.#eventCount += 1;
    this.#events = [{ id: String(this.#eventCount), ...event }, ...this.#events].slice(0, EVENTS_MAX);
    this.isDirty = true;
  }

  addRaw(message: RawMessage): void {
    this.#raws = [message, ...this.#raws].slice(0, RAWS_MAX);
    this.isDirty = true;
  }

  dropRaws(): void {
    this.#raws = [];
  }

  events(): ThingEvent[] {
    return this.#events;
  }

  raws(): RawMessage[] {
    return this.#raws;
  }

  metricNames(): string[] {
    return this.#metricNames;
  }

  metric(name: string, { nowMs }: DeckFacts): MetricValue | undefined {
    const state = this.#metrics.get(name);
    if (!state) return undefined;
    const isStale = isMetricStale({ atMs: state.atMs, seenEveryMs: state.seenEveryMs, intervalMs: this.intervalMs }, nowMs);
    if (state.snapshot?.isStale !== isStale) state.snapshot = { value: state.value, atMs: state.atMs, isStale };
    return state.snapshot;
  }

  /** The newest snapshot; the same object as before when nothing in it changed. */
  live(facts: DeckFacts): ThingLive {
    const next = this.#evaluate(facts);
    if (!this.#live || !isEqual(this.#live, next)) this.#live = next;
    return this.#live;
  }

  /** A thing names its metrics in the same order each time: the one after the last is nearly always meant. */
  #metricState(name: string): MetricState | undefined {
    const guess = this.#metricStates[this.#nextMetric] ?? this.#metricStates[0];
    const found = guess?.name === name ? guess : this.#metrics.get(name);
    if (found) this.#nextMetric = found.at + 1;
    return found;
  }

  /** A value beyond its type's limits needs a person. */
  #judge(state: MetricState, value: number | boolean | string): void {
    state.limits ??= (this.#thingType === null ? undefined : describeMetric(this.#thingType, state.name).alarm) ?? NO_LIMITS;
    const { name, limits } = state;
    if (limits !== NO_LIMITS && typeof value === "number" && alarmSeverity(value, limits) !== undefined) this.#alarming.add(name);
    else if (this.#alarming.size > 0) this.#alarming.delete(name);
  }

  #setConnectivity(connectivity: Connectivity): void {
    const wasConnected = this.#connectivity?.isConnected === true;
    this.#connectivity = connectivity;
    if (!connectivity.isConnected) this.#connectedSinceMs = null;
    else if (!wasConnected || this.#connectedSinceMs === null) this.#connectedSinceMs = connectivity.atMs;
  }

  #livenessFacts(isLinkTrusted: boolean): LivenessFacts {
    const reported = this.#shadow?.reported ?? NOTHING;
    return {
      isLinkTrusted,
      hasAlarm: this.#alarming.size > 0 || hasReportedAlarm(reported),
      connectivity: this.#connectivity,
      lastHeardMs: this.lastHeardMs,
      hasReported: reported !== NOTHING && Object.keys(reported).length > 0,
      intervalMs: this.intervalMs,
      streamingSinceMs: this.streamingSinceMs,
    };
  }

  #evaluate({ isLinkTrusted, nowMs }: DeckFacts): ThingLive {
    const reported = this.#shadow?.reported ?? NOTHING;
    const liveness = evaluateLiveness(this.#livenessFacts(isLinkTrusted), nowMs);
    const isDown = this.#connectivity?.isConnected === false;
    return {
      liveness,
      lastHeardMs: this.lastHeardMs,
      connectedSinceMs: this.#connectedSinceMs,
      offlineSinceMs: isDown ? (this.#connectivity?.atMs ?? null) : null,
      offlineReason: isDown ? (this.#connectivity?.reason ?? null) : null,
      clockSkewMs: this.#clockSkewMs,
      isClockUnreadable: this.#isClockUnreadable,
      isStreaming: this.streamingSinceMs !== null,
      version: this.#shadow?.version ?? null,
      desired: this.#shadow?.desired ?? NOTHING,
      reported,
      metadata: this.#shadow?.metadata ?? NOTHING,
      clientToken: this.#clientToken,
    };
  }
}

const NOTHING: JsonObject = Object.freeze({});

function isEqual(a: ThingLive, b: ThingLive): boolean {
  return (Object.keys(a) as (keyof ThingLive)[]).every((key) => Object.is(a[key], b[key]));
}

function changes(section: string, before: Record<string, unknown>, after: Record<string, unknown>): string {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  const shown = fields.slice(0, 4).map((field) => `${field} ${toText(before[field])} → ${toText(after[field])}`);
  return `${section}: ${shown.join(", ")}${fields.length > 4 ? ` and ${fields.length - 4} more` : ""}.`;
}

function toText(value: unknown): string {
  const text = value === undefined ? "unset" : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
