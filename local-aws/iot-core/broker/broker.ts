import type { Principal } from "../../iam/principal.ts";

/** Who is on the other end of an MQTT connection, or who called the data plane over HTTP. */
export type IotCaller =
  | { readonly kind: "sigv4"; readonly principal: Principal }
  | { readonly kind: "certificate"; readonly certificateId: string; readonly certificateArn: string }
  /** The stand-in itself: shadow answers, lifecycle events, republished messages. */
  | { readonly kind: "service" };

export interface IotMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly isRetained: boolean;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Buffer;
  readonly payloadFormatIndicator?: boolean;
  readonly messageExpirySeconds?: number;
  readonly userProperties?: readonly (readonly [string, string])[];
}

/** A message that passed authorization and limits, as rules and shadows see it. */
export interface AcceptedMessage extends IotMessage {
  readonly caller: IotCaller;
  /** MQTT client id; absent over HTTP and for the service itself. */
  readonly clientId?: string;
  readonly receivedAtMs: number;
  readonly traceId: string;
  /** A last will; the shadow service ignores those. */
  readonly isWill?: boolean;
}

export interface ConnectionInfo {
  readonly clientId: string;
  readonly caller: IotCaller;
  readonly connectedAtMs: number;
  readonly protocolVersion: 4 | 5;
  readonly sessionId: string;
  readonly subscriptions: readonly { readonly topicFilter: string; readonly qos: 0 | 1 }[];
}

/** What the rest of IoT Core asks of the message broker. */
export interface Broker {
  /** Delivers a message from the service or from the HTTP data plane, after the caller was authorized. */
  publish(message: IotMessage, from: { readonly caller: IotCaller }): void;
  /** Called once for every accepted message of any origin, in order. Returns its own undo. */
  onAccepted(listener: (message: AcceptedMessage) => void): () => void;
  retained(topic: string): (IotMessage & { readonly lastModifiedMs: number }) | undefined;
  retainedTopics(): readonly {
    readonly topic: string;
    readonly payloadBytes: number;
    readonly qos: 0 | 1;
    readonly lastModifiedMs: number;
  }[];
  connection(clientId: string): ConnectionInfo | undefined;
  connections(): readonly ConnectionInfo[];
  /** DeleteConnection: false when no such client is connected. */
  disconnect(clientId: string, options: { readonly cleanSession: boolean; readonly preventWillMessage: boolean }): boolean;
}
