import "client-only";
import type { OutageChannel } from "./credentials-source.client.ts";

/** The tabs of one browser share how long to leave a server in trouble alone; only a time is said, nothing secret. */
export function createOutageChannel(): OutageChannel {
  const channel = new BroadcastChannel("thingdeck:credentials-outage");
  return {
    announce: (retryAtMs) => channel.postMessage(retryAtMs),
    onAnnounced: (listener) => {
      const hear = ({ data }: MessageEvent<unknown>): void => {
        if (typeof data === "number" && Number.isFinite(data)) listener(data);
      };
      channel.addEventListener("message", hear);
      return () => channel.removeEventListener("message", hear);
    },
  };
}
