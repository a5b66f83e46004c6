/** 4 is MQTT 3.1.1, 5 is MQTT 5. */
export type ProtocolVersion = 4 | 5;

export const PacketType = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
  auth: 15,
} as const;

/** Properties that travel with an application message from publisher to subscriber. */
export interface MessageProperties {
  payloadFormatIndicator?: boolean;
  messageExpirySeconds?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Buffer;
  userProperties?: [string, string][];
}

export interface PublishPacket {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  readonly isRetained: boolean;
  /** 0 with QoS 0. */
  readonly packetId: number;
  /** 0 when the packet carries none. */
  readonly topicAlias: number;
  readonly properties: MessageProperties | undefined;
}

export interface WillPacket {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  readonly isRetained: boolean;
  readonly delaySeconds: number;
  readonly properties: MessageProperties | undefined;
}

export interface ConnectPacket {
  readonly protocolVersion: ProtocolVersion;
  readonly clientId: string;
  readonly isCleanStart: boolean;
  readonly keepAliveSeconds: number;
  readonly will: WillPacket | undefined;
  readonly sessionExpirySeconds: number | undefined;
  readonly receiveMaximum: number | undefined;
  readonly maximumPacketSize: number | undefined;
  readonly hasAuthenticationMethod: boolean;
  readonly wantsProblemInformation: boolean;
}

export interface SubscriptionRequest {
  readonly filter: string;
  readonly qos: number;
  readonly isNoLocal: boolean;
  readonly isRetainAsPublished: boolean;
  readonly retainHandling: number;
}

export interface SubscribePacket {
  readonly packetId: number;
  readonly requests: readonly SubscriptionRequest[];
  readonly hasSubscriptionIdentifier: boolean;
}

export interface UnsubscribePacket {
  readonly packetId: number;
  readonly filters: readonly string[];
}

export interface DisconnectPacket {
  readonly reasonCode: number;
  readonly sessionExpirySeconds: number | undefined;
}
