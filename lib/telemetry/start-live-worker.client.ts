import "client-only";
import type { WorkerPort } from "./live-session.client.ts";
import type { FromWorker } from "./worker-protocol.ts";

let prepared: Worker | null = null;

const spawnWorker = (): Worker => new Worker(new URL("./live.worker.ts", import.meta.url), { type: "module", name: "thingdeck-live" });

/** Lets the worker load its code while the page is still being made ready; it does nothing until a session starts it. Once is enough. */
export function prepareLiveWorker(): void {
  if (typeof Worker !== "undefined" && typeof document !== "undefined") prepared ??= spawnWorker();
}

/** The worker as the bundler builds it; keys, socket and decoding live there. */
export function startLiveWorker(onMessage: (message: FromWorker) => void): WorkerPort {
  const worker = prepared ?? spawnWorker();
  prepared = null;
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => onMessage(data);
  return { post: (message, transfer = []) => worker.postMessage(message, transfer), terminate: () => worker.terminate() };
}
