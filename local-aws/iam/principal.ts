import type { IncomingMessage } from "node:http";
import type { PolicyDecision, PolicyDocument, PolicyRequest } from "./policy-document.ts";

/** Who signed a request. */
export interface Principal {
  readonly kind: "root" | "user" | "role";
  readonly accountId: string;
  /** `arn:aws:iam::…:user/x` or `arn:aws:sts::…:assumed-role/Role/Session` */
  readonly arn: string;
  /** `AIDA…` or `AROA…:SessionName`; the value of `aws:userid` and of a lifecycle event's `principalIdentifier`. */
  readonly userId: string;
  readonly accessKeyId: string;
  /** Present on keys that an identity pool handed out. */
  readonly cognito?: CognitoPrincipal;
  /** Values for `${…}` and conditions that belong to the caller, e.g. `cognito-identity.amazonaws.com:sub`. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  /** Epoch milliseconds; absent on long-term keys. */
  readonly expiresAtMs?: number;
}

export interface CognitoPrincipal {
  readonly identityId: string;
  readonly identityPoolId: string;
  readonly isAuthenticated: boolean;
}

/** Temporary keys, as STS and the identity pool hand them out. */
export interface SessionKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAtMs: number;
}

/** What the other services ask of IAM. */
export interface Iam {
  /**
   * Verifies the SigV4 signature of an HTTP request (header or query form) for one of `services`.
   * `body` is what was read from the wire; pass `undefined` for a WebSocket handshake.
   * Throws AwsError with the name AWS uses (`MissingAuthenticationTokenException`, `UnrecognizedClientException`,
   * `InvalidSignatureException`, `ExpiredTokenException`, ...).
   */
  authenticate(request: IncomingMessage, body: Buffer | undefined, services: readonly string[]): Principal;
  /** Identity policies of the principal, narrowed by its session policies. Root is always allowed. */
  evaluate(principal: Principal, request: PolicyRequest): PolicyDecision;
  /** Throws AwsError `AccessDeniedException` (403) in AWS's words unless allowed. */
  authorize(principal: Principal, request: PolicyRequest): void;
  /** Keys for `roleArn` when its trust policy admits the caller; throws AwsError `AccessDenied` otherwise. */
  assumeRole(input: AssumeRoleInput): SessionKeys;
  /** The principal behind live keys, for callers that made the session themselves. */
  principalOf(accessKeyId: string): Principal | undefined;
}

export interface AssumeRoleInput {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationMs: number;
  /** Who asks: a service (`iot.amazonaws.com`), a web identity with its condition keys, or the signer of an STS call. */
  readonly by:
    | { readonly principal: Principal }
    | { readonly service: string; readonly context?: Readonly<Record<string, string>> }
    | { readonly webIdentityProvider: string; readonly context: Readonly<Record<string, string | readonly string[]>> };
  readonly cognito?: CognitoPrincipal;
  readonly sessionPolicies?: readonly PolicyDocument[];
  readonly tags?: Readonly<Record<string, string>>;
}
