export type OAuthErrorCode =
  "invalid_request" | "invalid_client" | "invalid_grant" | "unauthorized_client" | "unsupported_grant_type" | "unsupported_token_type";

/** An answer of the token or revocation endpoint: Cognito's body is `{"error": …}` and nothing else. */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;
  readonly status: number;

  constructor(code: OAuthErrorCode, status = 400) {
    super(code);
    this.name = "OAuthError";
    this.code = code;
    this.status = status;
  }
}

/** OAuth parameters may come once only (RFC 6749, 3.2). */
export function assertNoRepeats(form: URLSearchParams): void {
  const names = [...form.keys()];
  if (new Set(names).size !== names.length) throw new OAuthError("invalid_request");
}
