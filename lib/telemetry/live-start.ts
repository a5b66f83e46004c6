import type { ToWorker } from "./worker-protocol.ts";

/** Where the build has put live.worker.ts; next.config.ts has it written in here. */
declare const LIVE_WORKER_URL: string;

/** What the first script of a page with a live connection leaves in the global scope, under this name, for the code that comes later. */
export const LIVE_START = "thingdeckLiveStart";

/** Whether this path is the one at which the worker's script is served. */
export const isLiveWorker = (pathname: string): boolean => pathname === LIVE_WORKER_URL;

/** A worker that has begun, and whose page it is. */
export interface LiveStart {
  viewerSub: string;
  worker: Worker;
  /** Its script could not be loaded. */
  hasFailed?: boolean;
}

const WORKER_NAME = "thingdeck-live";

const begin = (viewerSub: string): ToWorker => ({ type: "begin", viewerSub });

/** Starts the live worker; it fetches this person's keys and connects. */
export function spawnLiveWorker(viewerSub: string): Worker {
  const worker = new Worker(LIVE_WORKER_URL, { name: WORKER_NAME });
  worker.postMessage(begin(viewerSub));
  return worker;
}

/** The same as a script's text for the page's markup, which runs long before the page's code has come. */
export function liveStartScript(viewerSub: string): string {
  // A `<` could end the script element.
  const literal = (value: unknown): string => JSON.stringify(value).replaceAll("<", String.raw`\u003c`);
  return [
    `{const worker=new Worker(${literal(LIVE_WORKER_URL)},{name:${literal(WORKER_NAME)}});`,
    `worker.postMessage(${literal(begin(viewerSub))});`,
    `const start=self.${LIVE_START}={viewerSub:${literal(viewerSub)},worker};`,
    `worker.onerror=()=>{start.hasFailed=true}}`,
  ].join("");
}
