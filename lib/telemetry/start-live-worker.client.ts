import "client-only";
import { reconnectDelayMs } from "../connection/reconnect-policy.ts";
import type { SiteLoad } from "../fleet/thing.ts";
import { steadyNowMs } from "../platform/clock.ts";
import { runLater } from "../platform/run-later.ts";
import type { WorkerPort } from "./live-session.client.ts";
import { LIVE_START, type LiveStart, spawnLiveWorker } from "./live-start.ts";
import { toSiteInterest } from "./watch-list.ts";
import type { FromWorker, StateNews, ToWorker } from "./worker-protocol.ts";

/** A script that has not come by now is not waited for any longer; on 10 kB/s it takes 20 s beside the page's own. */
const FIRST_WORD_MS_MAX = 60_000;

const scope = globalThis as { [LIVE_START]?: LiveStart | undefined };

/** Who the worker serves that the page's first script has started; undefined where there is none, or a session has taken it. */
export const startedFor = (): string | undefined => scope[LIVE_START]?.viewerSub;

/** Tells a worker that no session has taken yet what whole sites cost: those that fit are listened to at once. */
export function prepareInterest(siteLoads: readonly SiteLoad[]): void {
  const interest = { things: [], siteLoads: toSiteInterest(siteLoads) };
  scope[LIVE_START]?.worker.postMessage({ type: "interest", interest, rawThings: [] } satisfies ToWorker);
}

/** Takes the worker that this page has already; one that serves somebody else, or whose script did not come, is ended. */
function takeStarted(viewerSub: string): Worker | null {
  const started = scope[LIVE_START];
  scope[LIVE_START] = undefined;
  if (started?.viewerSub === viewerSub && started.hasFailed !== true) return started.worker;
  started?.worker.terminate();
  return null;
}

/** What the page is told while the worker's script cannot be loaded, so that it neither waits for nothing nor looks connected. */
function cannotLoad(attempt: number, retryAtMs: number, sinceMs: number): StateNews {
  const sentence = "The part of this page that keeps the connection could not be loaded.";
  const fix = "Check this computer's network; the page tries again by itself.";
  return {
    type: "state",
    state: {
      status: "reconnecting",
      wasLive: false,
      attempt,
      retryAtMs,
      sinceMs,
      reason: { cause: "client-error", sentence, isGuess: false },
    },
    doctor: [{ id: "connect", label: "Connect", outcome: "failed", detail: sentence, denied: null, fix }],
    keys: null,
    serverNowMs: steadyNowMs(),
    lastHeardMs: null,
  };
}

class LiveWorkerPort implements WorkerPort {
  readonly #viewerSub: string;
  readonly #onMessage: (message: FromWorker) => void;
  readonly #sinceMs = steadyNowMs();
  #worker: Worker | null = null;
  #hasSpoken = false;
  #failures = 0;
  /** What a worker that never ran has not heard. */
  #interest: ToWorker | null = null;
  #undo: () => void = () => undefined;

  constructor(viewerSub: string, onMessage: (message: FromWorker) => void) {
    this.#viewerSub = viewerSub;
    this.#onMessage = onMessage;
    this.#attach(takeStarted(viewerSub) ?? spawnLiveWorker(viewerSub));
  }

  post(message: ToWorker, transfer: Transferable[] = []): void {
    if (message.type === "interest") this.#interest = message;
    if (message.type === "stop" && !this.#hasSpoken) this.terminate();
    else if (message.type === "retry" && this.#worker === null) this.#again();
    else this.#worker?.postMessage(message, transfer);
  }

  terminate(): void {
    this.#undo();
    this.#worker?.terminate();
    this.#worker = null;
  }

  #attach(worker: Worker): void {
    this.#worker = worker;
    this.#undo = runLater(() => this.#fail(), FIRST_WORD_MS_MAX);
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (!this.#hasSpoken) this.#undo();
      this.#hasSpoken = true;
      this.#onMessage(data);
    };
    worker.onerror = () => {
      if (!this.#hasSpoken) this.#fail();
    };
  }

  #fail(): void {
    this.terminate();
    this.#failures += 1;
    const { onLine: isOnline } = navigator;
    const delayMs = reconnectDelayMs({ attempt: this.#failures, cause: "client-error", random: Math.random(), isOnline });
    this.#undo = runLater(() => this.#again(), delayMs);
    this.#onMessage(cannotLoad(this.#failures, steadyNowMs() + delayMs, this.#sinceMs));
  }

  #again(): void {
    this.#undo();
    this.#attach(spawnLiveWorker(this.#viewerSub));
    this.post({ type: "start" });
    if (this.#interest) this.post(this.#interest);
  }
}

/**
 * The worker that this page has already, when it serves this person, or else a new one; keys, socket and decoding live there. One whose script
 * cannot be loaded is told as a lost connection and started again.
 */
export function startLiveWorker(viewerSub: string, onMessage: (message: FromWorker) => void): WorkerPort {
  return new LiveWorkerPort(viewerSub, onMessage);
}
