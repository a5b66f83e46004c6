import { randomInt, timingSafeEqual } from "node:crypto";
import { AwsError } from "../../platform/aws-error.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Store } from "../../platform/store.ts";
import type { UserRecord } from "../directory/records.ts";
import type { AttemptLimiter } from "../passwords/attempt-limiter.ts";

/** What a code proves: `verify:<attribute>` for a changed e-mail address or phone number. */
export type CodePurpose = "sign-up" | "forgot-password" | `verify:${string}`;

interface StoredCode {
  readonly code: string;
  readonly expiresAtMs: number;
}

const HOUR_MS = 3_600_000;

/** Six-digit codes, one per user and purpose. */
export interface VerificationCodes {
  create(user: UserRecord, purpose: CodePurpose): string;
  /** Consumes the code. Throws `CodeMismatchException`, `ExpiredCodeException` or `LimitExceededException`. */
  redeem(user: UserRecord, purpose: CodePurpose, code: string): void;
}

/** Sign-up and attribute codes live 24 hours, password codes one hour ("Quotas in Amazon Cognito"). */
export function createVerificationCodes(store: Store, clock: Clock, attempts: AttemptLimiter): VerificationCodes {
  const table = store.table<StoredCode>("cognito-verification-codes");
  const keyOf = (user: UserRecord, purpose: CodePurpose) => `${user.poolId}/${user.sub}/${purpose}`;
  return {
    create: (user, purpose) => {
      const code = String(randomInt(1_000_000)).padStart(6, "0");
      const lifetimeMs = purpose === "forgot-password" ? HOUR_MS : 24 * HOUR_MS;
      table.put(keyOf(user, purpose), { code, expiresAtMs: clock.nowMs() + lifetimeMs });
      return code;
    },
    redeem: (user, purpose, code) => {
      const key = keyOf(user, purpose);
      if (attempts.isLocked(key)) throw new AwsError("LimitExceededException", "Attempt limit exceeded, please try after some time.");
      const stored = table.get(key);
      if (stored === undefined || clock.nowMs() >= stored.expiresAtMs) {
        throw new AwsError("ExpiredCodeException", "Invalid code provided, please request a code again.");
      }
      if (!isSame(stored.code, code)) {
        attempts.fail(key);
        throw new AwsError("CodeMismatchException", "Invalid verification code provided, please try again.");
      }
      attempts.succeed(key);
      table.delete(key);
    },
  };
}

function isSame(expected: string, actual: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(actual)];
  return left.length === right.length && timingSafeEqual(left, right);
}
