import "client-only";
import { type ConnectionFailure, failureSentence, parseConnectionFailure } from "../platform/connection-failure.ts";
import { VIEWER_HEADER } from "../session/viewer.ts";
import type { ConnectionLoss } from "./connection-state.ts";

/** Before that, a restart of the broker or a moment without network is likelier, and passes. */
const ASK_FROM_ATTEMPT = 2;
const ASK_EVERY_MS = 30_000;
const FINDING_MS_MAX = 60_000;
const ANSWER_MS_MAX = 10_000;

export interface ExplainLossParts {
  viewerSub: string;
  fetch?: typeof fetch;
  monotonicNowMs?: () => number;
}

/** Says more of a loss than the browser was told; `attempt` counts those that failed in a row. What is only learned later is handed to `onBetter`. */
export type ExplainLoss = (loss: ConnectionLoss, attempt: number, onBetter: (better: ConnectionLoss) => void) => ConnectionLoss;

/** What to do about what the server found, said to somebody who can only ask. */
function fixOf(failure: ConnectionFailure): string {
  switch (failure) {
    case "name":
      return "Ask an administrator to look at the server's MQTT_URL and at the DNS.";
    case "certificate-expired":
    case "certificate-host":
      return "Ask an administrator to replace it: browsers refuse it as well, and a page can do nothing about that.";
    case "certificate-untrusted":
      return "Ask an administrator who signed it: a browser that does not know the signer refuses it as well.";
    case "unreachable":
    case "no-answer":
    case "cut":
      return "Ask an administrator whether the broker runs and a firewall lets its port through.";
  }
}

/** What no other keys and no passing of time mend. */
const isAddressWrong = (failure: ConnectionFailure): boolean => failure === "name" || failure.startsWith("certificate-");

/** A browser tells no page why a WebSocket failed, so the server is asked how name, address and certificate look from there (HAZARDS H13). */
export function createExplainLoss({
  viewerSub,
  fetch: ask = fetch,
  monotonicNowMs = () => performance.now(),
}: ExplainLossParts): ExplainLoss {
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let found: { what: unknown; atMs: number } | null = null;
  const look = async (): Promise<void> => {
    askedAtMs = monotonicNowMs();
    try {
      const headers = { accept: "application/json", [VIEWER_HEADER]: viewerSub };
      const response = await ask("/api/connection", { headers, cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS_MAX) });
      const { finding } = (await response.json()) as { finding?: unknown };
      found = response.ok ? { what: finding, atMs: monotonicNowMs() } : null;
    } catch {
      found = null;
    }
  };
  const explain = (loss: ConnectionLoss): ConnectionLoss => {
    const what = found !== null && monotonicNowMs() - found.atMs < FINDING_MS_MAX ? found.what : undefined;
    const failure = parseConnectionFailure(what);
    if (failure !== undefined) {
      const cause = isAddressWrong(failure) ? "broker-address" : loss.cause;
      return { cause, isGuess: false, sentence: failureSentence("The broker’s", failure), fix: fixOf(failure) };
    }
    if (what !== "answers") return loss;
    return { ...loss, sentence: `${loss.sentence} The Thingdeck server does reach it, so look between this computer and the broker.` };
  };
  return (loss, attempt, onBetter) => {
    if (loss.cause !== "network" || !loss.isGuess || attempt < ASK_FROM_ATTEMPT) return loss;
    if (monotonicNowMs() - askedAtMs > ASK_EVERY_MS) void look().then(() => onBetter(explain(loss)));
    return explain(loss);
  };
}
