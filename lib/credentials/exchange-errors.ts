import { AppError } from "../platform/app-error.ts";
import { isUnavailable } from "../platform/to-app-error.ts";

/** What an identity pool's refusal asks for. Real error strings are in AWS.md B.2. */
export type ExchangeRefusal = "throttled" | "token-refused" | "identity-gone" | "clock-skew" | "unavailable" | "misconfigured";

/** Sorts errors of GetId and GetCredentialsForIdentity by what helps; unknown ones read as unavailable. */
export function classifyExchangeError(error: unknown): ExchangeRefusal {
  if (!(error instanceof Error)) return "unavailable";
  const { name, message } = error;
  if (/^(?:TooManyRequests|Throttling|LimitExceeded)/.test(name)) return "throttled";
  if (/RequestTimeTooSkewed|RequestExpired|InvalidSignature|Signature (?:expired|not yet current)/.test(`${name} ${message}`))
    return "clock-skew";
  if (name === "ResourceNotFoundException" || /Logins don't match|Access to Identity/.test(message)) return "identity-gone";
  if (name === "NotAuthorizedException") return "token-refused";
  if (name === "InvalidIdentityPoolConfigurationException" || name === "InvalidParameterException") return "misconfigured";
  return "unavailable";
}

/** Running streams go on during a throttle, so a tab asks again this seldom (HAZARDS C11). */
const THROTTLED_RETRY_MS = 30_000;
const RETRY_MS = 5_000;

/** The error a browser is told; waits carry jitter so that many tabs do not come back together. */
export function toCredentialsError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const options = (waitMs: number) => ({ cause: error, retryAfterMs: Math.round(waitMs * (1 + Math.random() / 2)) });
  switch (classifyExchangeError(error)) {
    case "throttled":
      return new AppError("credentials/throttled", options(THROTTLED_RETRY_MS));
    case "clock-skew":
      return new AppError("credentials/clock-skew", options(THROTTLED_RETRY_MS));
    case "token-refused":
    case "identity-gone":
      return new AppError("credentials/refused", { cause: error });
    case "misconfigured":
      return new AppError("credentials/unavailable", options(THROTTLED_RETRY_MS));
    case "unavailable":
      return new AppError(isUnavailable(error) ? "credentials/unavailable" : "service/internal", options(RETRY_MS));
  }
}
