/** MQTT 5 reason codes that the broker sends (AWS IoT developer guide, "MQTT reason codes"). */
export const ReasonCode = {
  success: 0x00,
  disconnectWithWill: 0x04,
  noSubscriptionExisted: 0x11,
  unspecifiedError: 0x80,
  malformedPacket: 0x81,
  protocolError: 0x82,
  unsupportedProtocolVersion: 0x84,
  clientIdentifierNotValid: 0x85,
  notAuthorized: 0x87,
  serverShuttingDown: 0x8b,
  keepAliveTimeout: 0x8d,
  sessionTakenOver: 0x8e,
  topicFilterInvalid: 0x8f,
  topicNameInvalid: 0x90,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  quotaExceeded: 0x97,
  administrativeAction: 0x98,
  qosNotSupported: 0x9b,
  subscriptionIdentifiersNotSupported: 0xa1,
} as const;

/** What a client did that costs it the connection; `reasonCode` goes into the MQTT 5 DISCONNECT or CONNACK. */
export class MqttError extends Error {
  readonly reasonCode: number;

  constructor(reasonCode: number, message: string) {
    super(message);
    this.name = "MqttError";
    this.reasonCode = reasonCode;
  }
}

/** The packet breaks the wire format (MQTT 5 section 4.13.1). */
export function malformed(message: string): MqttError {
  return new MqttError(ReasonCode.malformedPacket, message);
}

/** The packet is well formed, and not allowed at this point (MQTT 5 section 4.13.1). */
export function protocolError(message: string): MqttError {
  return new MqttError(ReasonCode.protocolError, message);
}
