import type { Iam } from "../iam/principal.ts";
import type { LocalAwsContext } from "../platform/service.ts";
import type { Directory } from "./directory/directory.ts";
import type { PendingFederations } from "./federation/pending-federations.ts";
import type { AuthorizationCodes } from "./oauth/authorization-codes.ts";
import type { SsoSessions } from "./oauth/sso-sessions.ts";
import type { AttemptLimiter } from "./passwords/attempt-limiter.ts";
import type { Challenges } from "./sign-in/challenges.ts";
import type { Mailbox } from "./sign-in/mailbox.ts";
import type { VerificationCodes } from "./sign-in/verification-codes.ts";
import type { SignInSessions } from "./tokens/sign-in-sessions.ts";
import type { SigningKeys } from "./tokens/signing-keys.ts";
import type { TokenIssuer } from "./tokens/token-issuer.ts";

/** The parts every endpoint of the user pools works with; put together in create-user-pools.ts. */
export interface UserPools {
  readonly context: LocalAwsContext;
  readonly iam: Iam;
  readonly issuerOrigin: string;
  readonly domainOrigin: string;
  readonly directory: Directory;
  readonly keys: SigningKeys;
  readonly tokens: TokenIssuer;
  readonly sessions: SignInSessions;
  readonly ssoSessions: SsoSessions;
  readonly authorizationCodes: AuthorizationCodes;
  readonly challenges: Challenges;
  readonly federations: PendingFederations;
  readonly codes: VerificationCodes;
  readonly mailbox: Mailbox;
  readonly signInAttempts: AttemptLimiter;
  readonly codeAttempts: AttemptLimiter;
}
