/** One user pool, as the identity pool sees it through `Logins`. */
export interface LoginProvider {
  /** Key in `Logins`: the issuer without its scheme. */
  readonly providerName: string;
  /** The same pool by the name it would have on AWS (`cognito-idp.<region>.amazonaws.com/<poolId>`); also accepted. */
  readonly awsProviderName: string;
  /** Verifies signature, issuer, `token_use` and times. Throws AwsError `NotAuthorizedException` with AWS's text. */
  verifyIdToken(token: string): Promise<VerifiedLogin>;
  /** False after global sign-out, revocation, disabling or deletion: what `ServerSideTokenCheck` asks for. */
  isSignedIn(login: VerifiedLogin): boolean;
}

export interface VerifiedLogin {
  readonly sub: string;
  /** App client id. */
  readonly audience: string;
  readonly claims: Readonly<Record<string, unknown>>;
}
