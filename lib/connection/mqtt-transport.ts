import type { LossEvidence } from "./classify-loss.ts";

/** How a connection ended, but for whether the machine is online. */
export type TransportEnd = Omit<LossEvidence, "isOnline">;

/** A message as received. `payload` is ours: no other message shares its bytes. */
export interface InboundMessage {
  topic: string;
  payload: Uint8Array;
  isRetained: boolean;
}

export interface TransportEvents {
  onConnected: () => void;
  onMessage: (message: InboundMessage) => void;
  /** The end of this transport, once. */
  onClosed: (evidence: TransportEnd) => void;
}

export interface TransportOptions extends TransportEvents {
  /** Signed; a secret. */
  url: string;
  clientId: string;
}

/** One connection attempt and, when it succeeds, one connection. */
export interface MqttTransport {
  /** One SUBSCRIBE; resolves with the SUBACK's reason codes. */
  subscribe: (filters: string[]) => Promise<number[]>;
  unsubscribe: (filters: string[]) => Promise<void>;
  /** Resolves with the round trip in ms. */
  echo: () => Promise<number>;
  /** Ends it; `onClosed` is not called. */
  close: () => void;
}

/** Opens a connection; never throws, a failure arrives as `onClosed`. */
export type OpenTransport = (options: TransportOptions) => MqttTransport;
