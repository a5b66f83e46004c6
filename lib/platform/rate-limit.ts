import { AppError } from "./app-error.ts";

export interface BucketRule {
  /** How many may come at once. */
  burstCount: number;
  /** How many a second may come for long. */
  perSecond: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Buckets kept at most; beyond that the longest unused go first, and an unused bucket is a full one. */
const BUCKETS_MAX = 50_000;

/** A token bucket per key; `take` throws rate/limited with the wait until the next token. */
export interface RateLimit {
  take(key: string): void;
}

/** In memory of this process: with several servers the bound is per server. */
export function createRateLimit({ burstCount, perSecond }: BucketRule, nowMs: () => number = () => performance.now()): RateLimit {
  const buckets = new Map<string, Bucket>();
  return {
    take(key) {
      const atMs = nowMs();
      const bucket = buckets.get(key) ?? { tokens: burstCount, atMs };
      const tokens = Math.min(burstCount, bucket.tokens + ((atMs - bucket.atMs) / 1000) * perSecond);
      const isAllowed = tokens >= 1;
      buckets.delete(key);
      buckets.set(key, { tokens: isAllowed ? tokens - 1 : tokens, atMs });
      if (buckets.size > BUCKETS_MAX) buckets.delete(buckets.keys().next().value ?? "");
      if (!isAllowed) throw new AppError("rate/limited", { retryAfterMs: Math.ceil(((1 - tokens) / perSecond) * 1000) });
    },
  };
}

/** One bucket for everybody. */
export function createSingleBucket(rule: BucketRule, nowMs?: () => number): { take(): void } {
  const limit = createRateLimit(rule, nowMs);
  return { take: () => limit.take("") };
}
