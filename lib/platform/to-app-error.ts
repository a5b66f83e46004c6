import { z } from "zod";
import { AppError } from "./app-error.ts";

const NETWORK_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** A certificate that is not the other side's: expired, for another host, signed by nobody known. Nothing was sent. */
const CERTIFICATE_CODES =
  /^(?:CERT_|ERR_TLS_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF))/;

const UNAVAILABLE_NAMES =
  /^(?:TimeoutError|AbortError|ThrottlingException|Throttling|TooManyRequestsException|ProvisionedThroughputExceededException|RequestLimitExceeded|ServiceUnavailable(?:Exception)?|InternalServerError|InternalFailure(?:Exception)?|NetworkingError)$/;

/** True when the other side could not be reached, or said that it is too busy: trying again later can help. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === "string" && (NETWORK_CODES.has(code) || CERTIFICATE_CODES.test(code))) return true;
  if (UNAVAILABLE_NAMES.test(error.name)) return true;
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  return cause !== undefined && cause !== error && isUnavailable(cause);
}

/** Any thrown value as one of the closed union's errors; the original is kept as `cause` for the log. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof z.ZodError) {
    const fields = error.issues.slice(0, 10).map((issue) => issue.path.join("."));
    return new AppError("request/malformed", { cause: error, details: { fields } });
  }
  return new AppError(isUnavailable(error) ? "service/unavailable" : "service/internal", { cause: error });
}
