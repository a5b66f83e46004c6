/** Tells whether one more request of `key` fits in the rate; a token bucket that starts full. */
export interface RateLimiter {
  take(key: string): boolean;
}

/** `perSecond` is both the refill rate and the burst. Buckets that are full again are forgotten. */
export function createRateLimiter(perSecond: number, nowMs: () => number): RateLimiter {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  const forgetFullBuckets = (now: number) => {
    for (const [key, bucket] of buckets) if (now - bucket.atMs > 1000) buckets.delete(key);
  };
  return {
    take: (key) => {
      const now = nowMs();
      if (buckets.size > 20_000) forgetFullBuckets(now);
      const known = buckets.get(key) ?? { tokens: perSecond, atMs: now };
      // A clock that is moved back must not starve anybody.
      const elapsedMs = Math.max(0, now - known.atMs);
      const tokens = Math.min(perSecond, known.tokens + (elapsedMs * perSecond) / 1000);
      buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, atMs: now });
      return tokens >= 1;
    },
  };
}
