import { randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { AwsError } from "../../platform/aws-error.ts";
import type { UserRecord } from "../directory/records.ts";

const PERIOD_SECONDS = 30;

/** A new authenticator secret in base32, 160 bits (RFC 4226, R6). */
export function newTotpSecret(): string {
  return new Secret({ buffer: new Uint8Array(randomBytes(20)).buffer }).base32;
}

/** The URI an authenticator app reads from the QR code. */
export function totpUri(secret: string, account: string, issuer: string): string {
  return new TOTP({ secret: Secret.fromBase32(secret), label: account, issuer }).toString();
}

/** The time step a code is good for, one period of drift either way; undefined when it is wrong. */
export function matchTotpStep(secret: string, code: string, nowMs: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = new TOTP({ secret: Secret.fromBase32(secret), period: PERIOD_SECONDS }).validate({
    token: code,
    timestamp: nowMs,
    window: 1,
  });
  return delta === null ? undefined : Math.floor(nowMs / 1000 / PERIOD_SECONDS) + delta;
}

/** Checks a sign-in code and returns the user with the step spent. Throws `CodeMismatchException` / `ExpiredCodeException`. */
export function spendTotp(user: UserRecord, code: string, nowMs: number): UserRecord {
  const step = user.totp === undefined ? undefined : matchTotpStep(user.totp.secret, code, nowMs);
  if (user.totp === undefined || step === undefined) throw new AwsError("CodeMismatchException", "Invalid code received for user");
  if (step <= (user.totp.lastStep ?? 0)) {
    throw new AwsError("ExpiredCodeException", "Your software token has already been used once.");
  }
  return { ...user, totp: { ...user.totp, lastStep: step } };
}
