import "./worker-globals.ts";
import { serveLiveWorker } from "./live-worker.client.ts";
import type { ToWorker } from "./worker-protocol.ts";

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

/** Only the page that started this worker can post to it. */
const onMessage = (listener: (message: ToWorker) => void): void => {
  scope.onmessage = ({ data }: MessageEvent<ToWorker>) => listener(data);
};

onMessage((message) => {
  if (message.type !== "begin") return;
  serveLiveWorker({ viewerSub: message.viewerSub, postMessage: (answer, transfer) => scope.postMessage(answer, transfer), onMessage });
});
