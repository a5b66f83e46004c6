/** What the SDK's MQTT client takes for granted from Node, in the live worker's build. */
export { LeanBuffer as Buffer } from "./bytes.ts";

/** The client goes from packet to packet with it: as a timer, which is what the usual stand-in makes of it, each step would be a task of its own. */
export const process = {
  nextTick: (task: (...args: unknown[]) => void, ...args: unknown[]): void => queueMicrotask(() => task(...args)),
};
