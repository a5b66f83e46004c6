/**
 * AWS IoT Core's quotas for a message broker connection (AWS General Reference, "AWS IoT Core endpoints and quotas").
 * Tests and the benchmark replace single numbers; the product runs with these.
 */
export interface BrokerLimits {
  readonly clientIdBytesMax: number;
  readonly connectsPerSecondPerClient: number;
  readonly keepAliveSecondsMin: number;
  readonly keepAliveSecondsMax: number;
  readonly payloadBytesMax: number;
  readonly packetBytesMax: number;
  /** The smallest Maximum Packet Size a client may announce. */
  readonly clientPacketBytesMin: number;
  readonly inflightMax: number;
  readonly topicSlashesMax: number;
  readonly topicBytesMax: number;
  /** In and out together; the excess is discarded. */
  readonly publishesPerSecond: number;
  /** In and out together; the excess is delayed. */
  readonly bytesPerSecond: number;
  readonly subscriptionsMax: number;
  readonly filtersPerSubscribeMax: number;
  readonly topicAliasMax: number;
  readonly messageExpirySecondsMax: number;
  /** The account's maximum: 3,600 s unless AWS raised it (up to seven days). */
  readonly sessionExpirySecondsMax: number;
  readonly queuedReplaysPerSecond: number;
  readonly queuedPerSecond: number;
  readonly queuedPerSessionMax: number;
  readonly retainedMax: number;
  readonly retainedPerSecondPerTopic: number;
  readonly sharedGroupMembersMax: number;
  readonly redeliveryMs: Readonly<Record<4 | 5, number>>;
  readonly webSocketTtlMs: number;
  /** Ours: AWS does not say how long it waits for CONNECT. */
  readonly connectTimeoutMs: number;
  /** Ours: what one slow reader may hold in this process's memory before QoS 0 messages to it are shed. */
  readonly outboxBytesMax: number;
  /** Ours: a reader that took nothing for this long while its outbox was full is disconnected. */
  readonly slowConsumerMs: number;
}

export const AWS_LIMITS: BrokerLimits = {
  clientIdBytesMax: 128,
  connectsPerSecondPerClient: 1,
  keepAliveSecondsMin: 30,
  keepAliveSecondsMax: 1200,
  payloadBytesMax: 128 * 1024,
  packetBytesMax: 146 * 1024,
  clientPacketBytesMin: 512,
  inflightMax: 100,
  topicSlashesMax: 7,
  topicBytesMax: 256,
  publishesPerSecond: 100,
  bytesPerSecond: 512 * 1024,
  subscriptionsMax: 50,
  filtersPerSubscribeMax: 8,
  topicAliasMax: 8,
  messageExpirySecondsMax: 604_800,
  sessionExpirySecondsMax: 3600,
  queuedReplaysPerSecond: 10,
  queuedPerSecond: 500,
  queuedPerSessionMax: 1000,
  retainedMax: 500_000,
  retainedPerSecondPerTopic: 1,
  sharedGroupMembersMax: 100,
  redeliveryMs: { 4: 3_600_000, 5: 960_000 },
  webSocketTtlMs: 86_400_000,
  connectTimeoutMs: 10_000,
  outboxBytesMax: 1024 * 1024,
  slowConsumerMs: 10_000,
};

/** `AWS_LIMITS` without the ones that count per second: what the benchmark runs with. */
export const WITHOUT_RATES: Partial<BrokerLimits> = {
  connectsPerSecondPerClient: Infinity,
  publishesPerSecond: Infinity,
  bytesPerSecond: Infinity,
  queuedReplaysPerSecond: Infinity,
  queuedPerSecond: Infinity,
  retainedPerSecondPerTopic: Infinity,
  outboxBytesMax: 16 * 1024 * 1024,
};
