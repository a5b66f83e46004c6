import type { MessageProperties } from "../codec/packets.ts";
import { RoutedMessage } from "./routed-message.ts";

/** A message in the store: retained, or waiting for a session that is offline. */
export interface StoredMessage {
  readonly topic: string;
  /** base64 */
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly receivedAtMs: number;
  readonly expiresAtMs: number | null;
  readonly properties: (Omit<MessageProperties, "correlationData"> & { correlationData?: string }) | null;
}

export function toStored(message: RoutedMessage): StoredMessage {
  const { correlationData, ...properties } = message.properties ?? {};
  return {
    topic: message.topic,
    payload: message.payload.toString("base64"),
    qos: message.qos,
    receivedAtMs: message.receivedAtMs,
    expiresAtMs: message.expiresAtMs === Infinity ? null : message.expiresAtMs,
    properties:
      message.properties === undefined
        ? null
        : { ...properties, ...(correlationData === undefined ? {} : { correlationData: correlationData.toString("base64") }) },
  };
}

export function fromStored(stored: StoredMessage): RoutedMessage {
  return new RoutedMessage({
    topic: stored.topic,
    payload: Buffer.from(stored.payload, "base64"),
    qos: stored.qos,
    isRetained: false,
    properties: storedProperties(stored.properties),
    caller: { kind: "service" },
    clientId: undefined,
    receivedAtMs: stored.receivedAtMs,
    expiresAtMs: stored.expiresAtMs ?? Infinity,
  });
}

function storedProperties(stored: StoredMessage["properties"]): MessageProperties | undefined {
  if (stored === null) return undefined;
  const { correlationData, ...properties } = stored;
  return correlationData === undefined ? properties : { ...properties, correlationData: Buffer.from(correlationData, "base64") };
}
