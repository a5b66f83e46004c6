import { z } from "zod";
import { AppError } from "./app-error.ts";
import { connectionFailureOf } from "./connection-failure.ts";

const UNAVAILABLE_NAMES =
  /^(?:TimeoutError|AbortError|ThrottlingException|Throttling|TooManyRequestsException|ProvisionedThroughputExceededException|RequestLimitExceeded|ServiceUnavailable(?:Exception)?|InternalServerError|InternalFailure(?:Exception)?|NetworkingError)$/;

/** True when the other side could not be reached, or said that it is too busy: trying again later can help. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (connectionFailureOf(error) !== undefined) return true;
  const { cause } = error;
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
