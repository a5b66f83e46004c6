import { openTransport } from "../../lib/connection/mqtt-transport.client.ts";

export interface CountOrder {
  readonly url: string;
  readonly messages: number;
  /** Messages before those, with which compilers warm up. */
  readonly warmUp: number;
}

/** When the first and the last message came, ms since the epoch. */
export interface Counted {
  readonly received: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

export interface CountEvents {
  readonly onReady: () => void;
  readonly onWarm: () => void;
  readonly onDone: (counted: Counted) => void;
}

const nowMs = () => performance.timeOrigin + performance.now();

/** The SDK's client as the product opens it, and nothing behind it but a counter. */
export function countWithSdk({ url, messages, warmUp }: CountOrder, { onReady, onWarm, onDone }: CountEvents): void {
  let received = 0;
  let firstAtMs = 0;
  const transport = openTransport({
    url,
    clientId: "count",
    onConnected: () => void transport.subscribe(["dt/harbor/+/telemetry"]).then(onReady),
    onClosed: () => undefined,
    onMessage: () => {
      received += 1;
      if (received === warmUp) onWarm();
      if (received === warmUp + 1) firstAtMs = nowMs();
      if (received === warmUp + messages) onDone({ received: messages, firstAtMs, lastAtMs: nowMs() });
    },
  });
}
