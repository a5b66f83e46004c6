import { AwsError } from "../../platform/aws-error.ts";

/** Data-plane exception names by status (AWS's service model of iot-data-plane). */
const EXCEPTION_BY_STATUS: Readonly<Record<number, string>> = {
  400: "InvalidRequestException",
  401: "UnauthorizedException",
  403: "ForbiddenException",
  404: "ResourceNotFoundException",
  409: "ConflictException",
  413: "RequestEntityTooLargeException",
  415: "UnsupportedDocumentEncodingException",
  429: "ThrottlingException",
};

/** A refusal of the shadow service; `status` is also the `code` of a `rejected` document. */
export class ShadowError extends AwsError {
  constructor(status: number, message: string) {
    super(EXCEPTION_BY_STATUS[status] ?? "InternalFailureException", message, status);
    this.name = "ShadowError";
  }
}

/** The texts of AWS's page "Device Shadow error messages". */
export const shadowErrors = {
  invalidJson: () => new ShadowError(400, "Invalid JSON"),
  missingState: () => new ShadowError(400, "Missing required node: state"),
  stateNotObject: () => new ShadowError(400, "State node must be an object"),
  desiredNotObject: () => new ShadowError(400, "Desired node must be an object"),
  reportedNotObject: () => new ShadowError(400, "Reported node must be an object"),
  invalidNode: () => new ShadowError(400, "State contains an invalid node"),
  invalidVersion: () => new ShadowError(400, "Invalid version"),
  invalidClientToken: () => new ShadowError(400, "Invalid clientToken"),
  tooDeep: () => new ShadowError(400, "JSON contains too many levels of nesting; maximum is 6"),
  /** AWS names a named shadow `<thing>~<shadow>` here. */
  notFound: (thingName: string, shadowName: string) =>
    new ShadowError(404, `No shadow exists with name: '${shadowName === "" ? thingName : `${thingName}~${shadowName}`}'`),
  versionConflict: () => new ShadowError(409, "Version conflict"),
  tooLarge: () => new ShadowError(413, "The payload exceeds the maximum size allowed"),
  notUtf8: () => new ShadowError(415, "Unsupported documented encoding; supported encoding is UTF-8"),
  tooManyRequests: () => new ShadowError(429, "Too many requests"),
};
