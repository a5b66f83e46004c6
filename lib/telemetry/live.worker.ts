import "./worker-globals.ts";
import { serveLiveWorker } from "./live-worker.client.ts";
import type { ToWorker } from "./worker-protocol.ts";

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

serveLiveWorker({
  postMessage: (message, transfer) => scope.postMessage(message, transfer),
  onMessage: (listener) => {
    // Only the page that started this worker can post to it.
    scope.onmessage = ({ data }: MessageEvent<ToWorker>) => listener(data);
  },
});
