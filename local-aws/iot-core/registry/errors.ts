import { AwsError } from "../../platform/aws-error.ts";

/** The refusals of the `iot` control plane, with the statuses of its service model. */
export const invalidRequest = (message: string) => new AwsError("InvalidRequestException", message, 400);
export const notFound = (message: string) => new AwsError("ResourceNotFoundException", message, 404);
export const alreadyExists = (message: string, details: Record<string, unknown> = {}) =>
  new AwsError("ResourceAlreadyExistsException", message, 409, details);
export const deleteConflict = (message: string) => new AwsError("DeleteConflictException", message, 409);
export const versionConflict = (message: string) => new AwsError("VersionConflictException", message, 409);
export const limitExceeded = (message: string) => new AwsError("LimitExceededException", message, 410);
export const malformedPolicy = (message: string) => new AwsError("MalformedPolicyException", message, 400);
