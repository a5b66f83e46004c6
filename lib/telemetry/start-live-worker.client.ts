import "client-only";
import type { SiteLoad } from "../fleet/thing.ts";
import type { WorkerPort } from "./live-session.client.ts";
import { toSiteInterest } from "./watch-list.ts";
import type { FromWorker, ToWorker } from "./worker-protocol.ts";

let prepared: Worker | null = null;

function spawnWorker(viewerSub: string): Worker {
  const worker = new Worker(new URL("./live.worker.ts", import.meta.url), { type: "module", name: "thingdeck-live" });
  worker.postMessage({ type: "begin", viewerSub } satisfies ToWorker);
  return worker;
}

/** Lets the worker load its code, fetch keys and connect while the page is still being made ready. Once is enough. */
export function prepareLiveWorker(viewerSub: string): void {
  if (typeof Worker !== "undefined" && typeof document !== "undefined") prepared ??= spawnWorker(viewerSub);
}

/** Tells a worker that no session has taken yet what whole sites cost: those that fit are listened to at once. */
export function prepareInterest(siteLoads: readonly SiteLoad[]): void {
  const interest = { things: [], siteLoads: toSiteInterest(siteLoads) };
  prepared?.postMessage({ type: "interest", interest, rawThings: [] } satisfies ToWorker);
}

/** The worker as the bundler builds it; keys, socket and decoding live there. */
export function startLiveWorker(viewerSub: string, onMessage: (message: FromWorker) => void): WorkerPort {
  const worker = prepared ?? spawnWorker(viewerSub);
  prepared = null;
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => onMessage(data);
  return { post: (message, transfer = []) => worker.postMessage(message, transfer), terminate: () => worker.terminate() };
}
