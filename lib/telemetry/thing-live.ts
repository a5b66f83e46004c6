import type { Liveness } from "../fleet/liveness.ts";
import type { JsonObject, ShadowDocument } from "../fleet/thing.ts";

/** Beyond this the page says that the device's clock is wrong (UX.md 4.4). */
export const CLOCK_SKEW_MS_MAX = 5 * 60_000;

/** What a row or a header shows of one thing right now. Times are epoch ms, server clock; the object is the same until something in it changes. */
export interface ThingLive {
  liveness: Liveness;
  lastHeardMs: number | null;
  connectedSinceMs: number | null;
  offlineSinceMs: number | null;
  offlineReason: string | null;
  /** Difference between the device's clock and the server's, when the device sends `ts`. */
  clockSkewMs: number | null;
  /** Whether the device last sent a `ts` that is no time at all: text, seconds, or a year no clock shows. */
  isClockUnreadable: boolean;
  /** Whether telemetry of this thing is subscribed right now; false when the budget left it out. */
  isStreaming: boolean;
  version: number | null;
  desired: JsonObject;
  reported: JsonObject;
  metadata: ShadowDocument["metadata"];
  /** `clientToken` of the last shadow update seen: the id of the command that caused it. */
  clientToken: string | null;
}

/** A metric's newest value; the object is the same until the value, its time or its staleness changes. */
export interface MetricValue {
  value: number | boolean | string;
  atMs: number;
  /** Older than the metric's own limit: grey it and show its age. */
  isStale: boolean;
}

/** One line of a thing's event list, newest first. */
export interface ThingEvent {
  id: string;
  atMs: number;
  kind: "connected" | "disconnected" | "reported" | "desired" | "refused" | "malformed" | "clock";
  /** One sentence in plain words; inert text. */
  sentence: string;
  /** The command this belongs to, when the shadow carried its token. */
  clientToken: string | null;
}

/** A message as it arrived, for the Raw tab. `text` is cut at 4,096 characters and inert. */
export interface RawMessage {
  id: string;
  atMs: number;
  topic: string;
  byteCount: number;
  text: string;
  isRetained: boolean;
  /** Why it was refused at the border; null when it was taken. */
  refusal: string | null;
}

/** A mark on a chart's time axis. */
export interface ChartMark {
  atMs: number;
  kind: "command" | "presence" | "alarm";
  label: string;
}

/** A window of time in epoch ms, server clock. */
export interface TimeWindow {
  fromMs: number;
  toMs: number;
}
