import type { SessionEnd } from "../session/session-watch.client.ts";

/**
 * Why a connection ended or could not be made, in words a person can act on. `isGuess`: browsers hide the cause of a failed WebSocket.
 * `broker-address`: its name or its certificate is wrong, as the server finds too.
 */
export interface ConnectionLoss {
  cause:
    | "network"
    | "broker-address"
    | "server-closed"
    | "server-restarting"
    | "keep-alive"
    | "stalled"
    | "taken-over"
    | "throttled"
    | "credentials-refused"
    | "credentials-unavailable"
    | "clock-skew"
    | "day-limit"
    | "client-error";
  sentence: string;
  isGuess: boolean;
  /** What to do, where more is known than that the page comes back by itself. */
  fix?: string;
}

/**
 * The one connection of this tab, as the header chip shows it. Times are epoch ms of this machine's steady clock (platform/clock.ts).
 * `wasLive`: whether there was a connection to come back to. `refused` keeps the connection when only a subscription was denied; `action` and `resource` name what AWS policy did not allow. Where
 * no keys were handed out, `resource` is the error's code and `sentence` the server's words.
 */
export type ConnectionState =
  | { status: "connecting"; sinceMs: number }
  | { status: "setting-up"; retryAtMs: number }
  | { status: "live"; sinceMs: number; latencyMs: number | null }
  | { status: "reconnecting"; wasLive: boolean; attempt: number; retryAtMs: number; reason: ConnectionLoss; sinceMs: number }
  | { status: "refused"; action: "iot:Connect" | "iot:Subscribe"; resource: string; sinceMs: number }
  | { status: "refused"; action: "credentials"; resource: string; sentence: string; sinceMs: number }
  | { status: "signed-out"; because: SessionEnd };

/** Where the doctor stands on one step of the way from sign-in to live values. */
export interface DoctorStep {
  id: "sign-in" | "identity" | "policy" | "keys" | "connect" | "subscribe" | "values";
  label: string;
  outcome: "ok" | "failed" | "running" | "waiting";
  /** One sentence: what was seen. */
  detail: string;
  /** The AWS action and resource that were denied, when that is the cause. */
  denied: { action: string; resource: string } | null;
  /** What to do about it; null when nothing needs doing. */
  fix: string | null;
}

/** Values still come, but their keys could not be renewed the last time that was tried. Epoch ms, server clock. */
export interface KeysOutlook {
  endAtMs: number;
  /** Why, in the words of whoever did not answer. */
  sentence: string;
}

/** A stretch of time for which this tab received nothing although things may have reported. Epoch ms, server clock; `toMs` null while it lasts. */
export interface LinkGap {
  fromMs: number;
  toMs: number | null;
}

/** What did not reach the screen and why, counted since the tab opened. */
export interface DropCounters {
  /** Payloads refused at the border (malformed, too large, too deep). */
  malformed: number;
  /** Messages on topics this deck does not know. */
  unknownTopic: number;
  /** Duplicates of a message already shown. */
  duplicate: number;
  /** Values shed because the page could not keep up. */
  shed: number;
  /** Things on screen whose stream does not fit 50 filters or 100 messages a second. */
  thingsOverBudget: number;
  /** Subscriptions the broker refused. */
  refusedFilters: number;
  /** Seconds in which as many messages came as AWS IoT brings on one connection: it discards what is beyond, and tells nobody. */
  fullSeconds: number;
  /** Messages a second, over the last seconds. */
  messagesPerSecond: number;
  /** The connection's budget, messages a second (AWS IoT discards the excess). */
  budgetPerSecond: number;
}

export const NO_DROPS: DropCounters = {
  malformed: 0,
  unknownTopic: 0,
  duplicate: 0,
  shed: 0,
  thingsOverBudget: 0,
  refusedFilters: 0,
  fullSeconds: 0,
  messagesPerSecond: 0,
  budgetPerSecond: 100,
};
