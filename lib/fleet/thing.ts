import type { Liveness } from "./liveness.ts";

/** What JSON can carry; shadow documents are this and nothing else. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A JSON object, as desired and reported state are. */
export type JsonObject = Record<string, Json>;

/** What presence says of a thing: whether it holds a connection, since when (epoch ms) and, when it does not, AWS's disconnect reason. */
export interface Connectivity {
  isConnected: boolean;
  atMs: number | null;
  reason: string | null;
}

/** A shadow document; `metadata` mirrors the state with one `{ timestamp }` (epoch seconds, AWS.md E.2) per leaf. */
export interface ShadowDocument {
  version: number;
  desired: JsonObject;
  reported: JsonObject;
  metadata: { desired?: JsonObject; reported?: JsonObject };
}

/**
 * One row of the fleet table. `intervalMs` is how often the thing is expected to report; `readAtMs` is when the server began to read its
 * presence and shadow (epoch ms, server clock): what happened before is in them, what happened later need not be.
 */
export interface ThingSummary {
  thingName: string;
  label: string;
  site: string;
  thingType: string | null;
  groups: string[];
  intervalMs: number;
  connectivity: Connectivity | null;
  shadow: ShadowDocument | null;
  attributes: Record<string, string>;
  readAtMs: number;
}

/** One thing with its presence and shadow read for this answer, not from the index. */
export type ThingDetail = ThingSummary;

/**
 * The states a list can be narrowed to. The index alone tells live (connected), offline, never seen and a reported alarm; that a
 * connected thing is late, stale or beyond its limits only who listens can know, and tells it with the query (`heard`).
 */
export type IndexedState = Exclude<Liveness, "unknown">;

/** What one site holds, so that a browser can judge whether its whole stream fits one connection's budget. */
export interface SiteLoad {
  site: string;
  thingCount: number;
  expectedMessagesPerSecond: number;
}

/** Of a search's text: a device's whole name can be looked for. */
export const SEARCH_LENGTH_MAX = 128;

/** One page of the fleet. `nextCursor` is null on the last page; `countsByState` counts everything that matches but the state filter. */
export interface ThingsPage {
  things: ThingSummary[];
  nextCursor: string | null;
  totalCount: number;
  countsByState: Record<IndexedState, number>;
  /** How many things each section on this page has on all pages; only for a list asked for in sections (`by`). */
  sections?: Record<string, number>;
  thingTypes: string[];
  groups: string[];
  /** False while the server reads a large fleet for the first time: everything here speaks of the things read so far. */
  isWhole: boolean;
  /** Sites that are read whole. */
  siteLoads: SiteLoad[];
  /** When the index was read (epoch ms, server clock). */
  readAtMs: number;
}
