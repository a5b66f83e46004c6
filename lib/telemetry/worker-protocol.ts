import type { ConnectionState, DoctorStep } from "../connection/connection-state.ts";
import type { Interest } from "../connection/subscription-plan.ts";
import type { IngestBatch } from "./ingest.ts";

/** What the page tells its worker. */
export type ToWorker =
  | { type: "start" }
  | { type: "stop"; because: Extract<ConnectionState, { status: "signed-out" }>["because"] }
  | { type: "retry" }
  | { type: "wake"; why: "visible" | "online"; isOnline: boolean }
  | { type: "offline" }
  | { type: "interest"; interest: Interest; rawThings: string[] }
  /** The page has taken a batch; its buffer comes back for reuse. A hidden page takes the next one later. */
  | { type: "taken"; buffer: ArrayBuffer | null; isHidden: boolean };

/** What the worker tells its page. Keys are not in it: they never leave the worker. */
export type FromWorker =
  | { type: "batch"; batch: IngestBatch }
  | { type: "state"; state: ConnectionState; doctor: DoctorStep[]; serverOffsetMs: number; lastHeardMs: number | null }
  | { type: "subscriptions"; held: string[]; telemetryTopic: string; leftCount: number; refusedCount: number };
