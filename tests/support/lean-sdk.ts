import { createRequire } from "node:module";

const ours = createRequire(new URL("../../lib/connection/sdk/", import.meta.url));
const ofSdk = createRequire(createRequire(import.meta.url).resolve("aws-crt/dist.browser/browser/mqtt5.js"));
const ofMqtt = createRequire(ofSdk.resolve("mqtt"));
const ofPackets = createRequire(ofMqtt.resolve("mqtt-packet"));

const STAND_INS = [
  [ofSdk.resolve("@httptoolkit/websocket-stream"), "./websocket-stream.cjs"],
  [ofMqtt.resolve("debug"), "./debug.cjs"],
  [ofPackets.resolve("debug"), "./debug.cjs"],
  [ofMqtt.resolve("lru-cache"), "./lru-cache.cjs"],
  [ofMqtt.resolve("number-allocator"), "./number-allocator.ts"],
  [ofMqtt.resolve("readable-stream"), "./streams.ts"],
  [ofMqtt.resolve("rfdc/default"), "./rfdc.cjs"],
  [ofPackets.resolve("bl"), "./bl.cjs"],
  [ofSdk.resolve("crypto-js"), "./crypto-js.ts"],
  // Last: it loads the client, which takes the others.
  [ofSdk.resolve("mqtt"), "./mqtt.ts"],
] as const;

/** Gives the SDK in this process what the live worker's build gives it (scripts/support/live-worker.ts); to be called before it is loaded. */
export function useLeanSdk(): void {
  for (const [filename, file] of STAND_INS) {
    const exports: unknown = ours(file);
    ours.cache[filename] = { id: filename, filename, exports, loaded: true, children: [], paths: [] } as unknown as NodeJS.Module;
  }
}
