/** A refusal as AWS words it: the exception name clients switch on, the status and the text. */
export class AwsError extends Error {
  /** Exception name on the wire, e.g. `NotAuthorizedException`. */
  readonly code: string;
  readonly status: number;
  /** Further members of the error body, e.g. `clientToken`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, details: Record<string, unknown> = {}) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.status = status;
    this.details = details;
  }
}
