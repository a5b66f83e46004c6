import type { DropCounters, LinkGap } from "../connection/connection-state.ts";
import type { ThingSummary } from "../fleet/thing.ts";
import type { FleetEvents } from "./fleet-events.ts";
import type { IngestBatch } from "./ingest.ts";
import type { DeckFacts, ThingRecord } from "./thing-record.ts";

export interface LiveStoreParts {
  /** The server's clock. */
  nowMs: () => number;
}

/**
 * All live data of a tab, outside React and bounded. Writers call `ingest` and the setters; `flush` tells the listeners of the things
 * that changed, once; call it once per frame.
 */
export interface LiveStore {
  ingest: (batch: IngestBatch) => void;
  flush: () => void;
  /** Looks at ages again: values grow stale without a message. */
  tick: () => void;
  seed: (things: readonly ThingSummary[]) => void;
  setStreaming: (isStreaming: (thing: string, site: string) => boolean) => void;
  setLinkTrusted: (isTrusted: boolean) => void;
  setGaps: (gaps: readonly LinkGap[]) => void;
  /** Keeps the longer history of a thing. */
  open: (thing: string) => () => void;
  record: (thing: string) => ThingRecord;
  records: () => Iterable<ThingRecord>;
  readonly fleetEvents: FleetEvents;
  facts: () => DeckFacts;
  metricIndex: (name: string) => number;
  gaps: () => readonly LinkGap[];
  counters: () => DropCounters;
  setCounters: (counters: Partial<DropCounters>) => void;
  /** Called after a flush in which the thing changed; returns its undo. */
  subscribe: (thing: string, listener: () => void) => () => void;
  /** Called after every flush that changed anything, and on counters and gaps. */
  subscribeAll: (listener: () => void) => () => void;
  /** Forgets everything. */
  wipe: () => void;
}
