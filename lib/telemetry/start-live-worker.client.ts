import "client-only";
import type { SiteLoad } from "../fleet/thing.ts";
import type { WorkerPort } from "./live-session.client.ts";
import { LIVE_START, type LiveStart, spawnLiveWorker } from "./live-start.ts";
import { toSiteInterest } from "./watch-list.ts";
import type { FromWorker, ToWorker } from "./worker-protocol.ts";

const scope = globalThis as { [LIVE_START]?: LiveStart | undefined };

/** Who the worker serves that the page's first script has started; undefined where there is none, or a session has taken it. */
export const startedFor = (): string | undefined => scope[LIVE_START]?.viewerSub;

/** Tells a worker that no session has taken yet what whole sites cost: those that fit are listened to at once. */
export function prepareInterest(siteLoads: readonly SiteLoad[]): void {
  const interest = { things: [], siteLoads: toSiteInterest(siteLoads) };
  scope[LIVE_START]?.worker.postMessage({ type: "interest", interest, rawThings: [] } satisfies ToWorker);
}

/** The worker that this page has already, when it serves this person, or else a new one; keys, socket and decoding live there. */
export function startLiveWorker(viewerSub: string, onMessage: (message: FromWorker) => void): WorkerPort {
  const started = scope[LIVE_START];
  scope[LIVE_START] = undefined;
  const isTheirs = started?.viewerSub === viewerSub;
  if (!isTheirs) started?.worker.terminate();
  const worker = isTheirs ? started.worker : spawnLiveWorker(viewerSub);
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => onMessage(data);
  return { post: (message, transfer = []) => worker.postMessage(message, transfer), terminate: () => worker.terminate() };
}
