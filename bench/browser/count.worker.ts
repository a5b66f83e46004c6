import "../../lib/telemetry/worker-globals.ts";
import { countWithSdk, type CountOrder } from "./count-with-sdk.ts";

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = ({ data }: MessageEvent<CountOrder>) => {
  countWithSdk(data, {
    onReady: () => scope.postMessage("ready"),
    onWarm: () => scope.postMessage("warm"),
    onDone: (counted) => scope.postMessage(counted),
  });
};
