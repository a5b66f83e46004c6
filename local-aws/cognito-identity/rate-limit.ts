import { AwsError } from "../platform/aws-error.ts";

/** Calls a second for the account. Source: "Quotas in Amazon Cognito" (AWS.md B.2). */
const PER_SECOND: Readonly<Record<string, number>> = { GetId: 25, GetCredentialsForIdentity: 200, GetOpenIdToken: 200 };

/** A bucket per operation that holds one second's worth of calls. Throws AwsError `TooManyRequestsException`. */
export function createRateLimit(nowMs: () => number): (operation: string) => void {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return (operation) => {
    const rate = PER_SECOND[operation];
    if (rate === undefined) return;
    const now = nowMs();
    const { tokens, atMs } = buckets.get(operation) ?? { tokens: rate, atMs: now };
    // The control endpoint may set the clock back; a bucket never empties by that.
    const filled = Math.min(rate, tokens + (Math.max(0, now - atMs) * rate) / 1000);
    buckets.set(operation, { tokens: filled < 1 ? filled : filled - 1, atMs: now });
    if (filled < 1) throw tooManyRequests();
  };
}

export function tooManyRequests(): AwsError {
  return new AwsError("TooManyRequestsException", "Rate exceeded");
}
