import type { ConnectionLoss } from "./connection-state.ts";

/** After one cut every tab waits somewhere in this span, so that 200 of them do not come back in the same second (HAZARDS H01). */
const FIRST_SPAN_MS = [300, 12_300] as const;
const LATER_SPAN_MS = [1_500, 18_000] as const;
/** A policy change takes minutes to apply (AWS.md C.3) and a refusal does not heal faster for asking. */
const REFUSED_SPAN_MS = [20_000, 40_000] as const;
const THROTTLED_SPAN_MS = [10_000, 30_000] as const;
/** A fleet without network tells so by the `online` event; this is for the tab that misses it. */
const UNREACHABLE_SPAN_MS = [2_000, 8_000] as const;

export interface ReconnectInput {
  /** 1 for the first attempt after a loss. */
  attempt: number;
  cause: ConnectionLoss["cause"];
  /** In [0, 1). */
  random: number;
  isOnline: boolean;
}

function within([fromMs, toMs]: readonly [number, number], random: number): number {
  return Math.round(fromMs + (toMs - fromMs) * random);
}

/** How long to wait before the next attempt, in ms; at most 40 s, at most 18 s while the cause may be the network or the broker. */
export function reconnectDelayMs({ attempt, cause, random, isOnline }: ReconnectInput): number {
  if (cause === "credentials-refused") return within(REFUSED_SPAN_MS, random);
  if (cause === "throttled") return within(THROTTLED_SPAN_MS, random);
  if (!isOnline) return within(UNREACHABLE_SPAN_MS, random);
  return within(attempt <= 1 ? FIRST_SPAN_MS : LATER_SPAN_MS, random);
}

/** A handshake that fails this often in a row may be the keys: a browser is not told. */
const SUSPECT_KEYS_AFTER = 2;

/** Whether the keys may be why a connection ended or was not made, after so many handshakes in a row that failed. */
export function mayBeKeys({ cause }: Pick<ConnectionLoss, "cause">, failedHandshakes: number): boolean {
  if (cause === "credentials-refused" || cause === "server-closed") return true;
  return failedHandshakes >= SUSPECT_KEYS_AFTER && cause !== "broker-address";
}

/** How often a client id may be taken over before the tab stops and asks; each time it comes back under a new id, so two tabs never push each other out. */
const TAKEOVERS_MAX = 3;
const TAKEOVER_WINDOW_MS = 10 * 60_000;
/** More of them say nothing new. */
export const TAKEOVERS_KEPT = 8;

/** How long a tab that was taken over waits, in ms, given when that happened (epoch ms): after too many it gives up its automatic return for a while. */
export function yieldDelayMs(takeoversAtMs: readonly number[], nowMs: number, random: number): number {
  const isStorm = takeoversAtMs.filter((atMs) => nowMs - atMs < TAKEOVER_WINDOW_MS).length >= TAKEOVERS_MAX;
  return isStorm ? TAKEOVER_WINDOW_MS : reconnectDelayMs({ attempt: 1, cause: "taken-over", random, isOnline: true });
}
