import { randomUUID } from "node:crypto";
import type { AcceptedMessage, IotCaller, IotMessage } from "../broker.ts";
import type { MessageProperties, ProtocolVersion } from "../codec/packets.ts";
import { type EncodedPublish, writePublish } from "../codec/write-packets.ts";

export interface RoutedMessageInput {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly isRetained: boolean;
  readonly properties: MessageProperties | undefined;
  readonly caller: IotCaller;
  readonly clientId: string | undefined;
  readonly receivedAtMs: number;
  /** Epoch milliseconds; Infinity without message expiry. */
  readonly expiresAtMs: number;
  readonly isWill?: boolean;
}

/** One accepted message on its way to its receivers; each wire form is made once, whoever many receive it. */
export class RoutedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly isRetained: boolean;
  readonly properties: MessageProperties | undefined;
  readonly caller: IotCaller;
  readonly clientId: string | undefined;
  readonly receivedAtMs: number;
  readonly expiresAtMs: number;
  readonly isWill: boolean;
  readonly #encoded: (EncodedPublish | undefined)[] = [];

  constructor(input: RoutedMessageInput) {
    this.topic = input.topic;
    this.payload = input.payload;
    this.qos = input.qos;
    this.isRetained = input.isRetained;
    this.properties = input.properties;
    this.caller = input.caller;
    this.clientId = input.clientId;
    this.receivedAtMs = input.receivedAtMs;
    this.expiresAtMs = input.expiresAtMs;
    this.isWill = input.isWill === true;
  }

  isExpired(nowMs: number): boolean {
    return nowMs >= this.expiresAtMs;
  }

  /** The PUBLISH for one kind of receiver. An expiring message is written anew, with the seconds it has left. */
  encoded(version: ProtocolVersion, qos: 0 | 1, isRetained: boolean, nowMs: number): EncodedPublish {
    const isExpiring = version === 5 && this.expiresAtMs !== Infinity;
    const key = (version === 5 ? 4 : 0) | (qos << 1) | (isRetained ? 1 : 0);
    const known = isExpiring ? undefined : this.#encoded[key];
    if (known !== undefined) return known;
    const { topic, payload, properties } = this;
    // 999 ms and less count as 0 (AWS IoT developer guide, "Message expiry").
    const expirySeconds = isExpiring ? Math.max(0, Math.floor((this.expiresAtMs - nowMs) / 1000)) : undefined;
    const encoded = writePublish({ version, topic, payload, qos, isRetained, properties, expirySeconds });
    this.#encoded[key] = encoded;
    return encoded;
  }

  /** As rules and shadows see it. */
  toAccepted(): AcceptedMessage {
    const { topic, payload, qos, isRetained, caller, clientId, receivedAtMs, properties, isWill } = this;
    return {
      topic,
      payload,
      qos,
      isRetained,
      caller,
      receivedAtMs,
      traceId: randomUUID(),
      isWill,
      ...(clientId === undefined ? undefined : { clientId }),
      ...properties,
    };
  }
}

/** AWS lets messages live between one second and seven days (developer guide, "Message expiry"). */
export function expiresAt(messageExpirySeconds: number | undefined, nowMs: number, secondsMax: number): number {
  if (messageExpirySeconds === undefined) return Infinity;
  return nowMs + Math.min(Math.max(messageExpirySeconds, 1), secondsMax) * 1000;
}

/** The properties of a message that came from the service or over HTTP. */
export function propertiesOf(message: IotMessage): MessageProperties | undefined {
  const properties: MessageProperties = {};
  if (message.contentType !== undefined) properties.contentType = message.contentType;
  if (message.responseTopic !== undefined) properties.responseTopic = message.responseTopic;
  if (message.correlationData !== undefined) properties.correlationData = message.correlationData;
  if (message.payloadFormatIndicator !== undefined) properties.payloadFormatIndicator = message.payloadFormatIndicator;
  if (message.messageExpirySeconds !== undefined) properties.messageExpirySeconds = message.messageExpirySeconds;
  if (message.userProperties !== undefined) properties.userProperties = message.userProperties.map(([name, value]) => [name, value]);
  return Object.keys(properties).length === 0 ? undefined : properties;
}
