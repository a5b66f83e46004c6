import type { Clock } from "../../platform/clock.ts";

const FREE_ATTEMPTS = 5;
const LOCK_MS_MAX = 15 * 60_000;
const KEYS_MAX = 10_000;

/** Counts failed attempts by key (a user, or a user's code) and locks as AWS does. */
export interface AttemptLimiter {
  isLocked(key: string): boolean;
  fail(key: string): void;
  succeed(key: string): void;
}

/**
 * After five failures the key locks for one second, and twice as long after each further one, up to 15 minutes
 * ("Lockout behavior for failed sign-in attempts" in the Cognito guide).
 */
export function createAttemptLimiter(clock: Clock): AttemptLimiter {
  const attempts = new Map<string, { failedCount: number; lockedUntilMs: number; lastAtMs: number }>();
  const forgetOld = () => {
    if (attempts.size < KEYS_MAX) return;
    const nowMs = clock.nowMs();
    for (const [key, entry] of attempts) if (nowMs - entry.lastAtMs > LOCK_MS_MAX) attempts.delete(key);
    const oldest = attempts.keys().next().value;
    if (attempts.size >= KEYS_MAX && oldest !== undefined) attempts.delete(oldest);
  };
  return {
    isLocked: (key) => (attempts.get(key)?.lockedUntilMs ?? 0) > clock.nowMs(),
    fail: (key) => {
      forgetOld();
      const nowMs = clock.nowMs();
      const before = attempts.get(key);
      const isFresh = before === undefined || nowMs - before.lastAtMs > LOCK_MS_MAX;
      const failedCount = isFresh ? 1 : before.failedCount + 1;
      const lockMs = failedCount < FREE_ATTEMPTS ? 0 : Math.min(1000 * 2 ** (failedCount - FREE_ATTEMPTS), LOCK_MS_MAX);
      attempts.delete(key);
      attempts.set(key, { failedCount, lockedUntilMs: nowMs + lockMs, lastAtMs: nowMs });
    },
    succeed: (key) => {
      attempts.delete(key);
    },
  };
}
