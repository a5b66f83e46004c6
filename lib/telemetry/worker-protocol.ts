import type { SessionEnd } from "../session/session-watch.client.ts";
import type { ConnectionState, DoctorStep, KeysOutlook } from "../connection/connection-state.ts";
import type { Interest } from "../connection/subscription-plan.ts";
import type { IngestBatch } from "./ingest.ts";

/** What the page tells its worker. */
export type ToWorker =
  /** The first message: whose page this is. The worker fetches that person's keys and connects. */
  | { type: "begin"; viewerSub: string }
  /** The page listens from now on. */
  | { type: "start" }
  | { type: "stop"; because: SessionEnd }
  | { type: "retry" }
  | { type: "wake"; why: "visible" | "online"; isOnline: boolean }
  | { type: "offline" }
  | { type: "interest"; interest: Interest; rawThings: string[] }
  /** The page has taken a batch; its buffer comes back for reuse. It wants the next one in so many milliseconds. */
  | { type: "taken"; buffer: ArrayBuffer | null; nextInMs: number };

/** What the worker tells its page; times are epoch ms by the server's clock. Keys are not in it: they never leave the worker. */
export type FromWorker =
  | { type: "batch"; batch: IngestBatch }
  | StateNews
  | SubscriptionNews
  /** The worker stood still, and the page with it; what came meanwhile may be lost. */
  | { type: "asleep"; fromMs: number; toMs: number };

/** Where the connection stands. */
export interface StateNews {
  type: "state";
  state: ConnectionState;
  doctor: DoctorStep[];
  keys: KeysOutlook | null;
  serverNowMs: number;
  lastHeardMs: number | null;
}

/** What the broker has acknowledged by now. */
export interface SubscriptionNews {
  type: "subscriptions";
  held: string[];
  telemetryTopic: string;
  leftCount: number;
  refusedCount: number;
  /** Since when (epoch ms, server clock) every change of presence and shadow of a site arrives; a site that is not acknowledged is absent. */
  stateHeld: { site: string; sinceMs: number }[];
  /** Whether the broker has answered for every site. */
  isStateSettled: boolean;
}
