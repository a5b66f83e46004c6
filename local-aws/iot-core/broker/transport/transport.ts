/** How a connection ended, as far as the transport can tell. */
export type TransportEnd = "client-closed" | "lost" | "client-error";

export interface TransportEvents {
  onData(chunk: Buffer): void;
  /** Exactly once; nothing is called afterwards. */
  onEnd(end: TransportEnd): void;
  onDrain(): void;
}

/** One byte stream to a client. */
export interface Transport {
  readonly kind: "websocket" | "tls";
  readonly remoteAddress: string;
  /** WebSocket messages carry one MQTT packet each; on a plain stream packets simply follow each other. */
  readonly framing: "websocket" | "none";
  /** Bytes accepted by `write` that the operating system has not taken yet. */
  readonly bufferedBytes: number;
  start(events: TransportEvents): void;
  write(bytes: Buffer): void;
  pause(): void;
  resume(): void;
  /** Closes after what was written; forcibly when the peer does not answer within two seconds. */
  end(): void;
  /** Cuts the connection at once, without a word. */
  destroy(): void;
}

/** How long a peer may take to answer our close before its socket is destroyed. */
export const CLOSE_GRACE_MS = 2000;
