import type { IncomingMessage, ServerResponse } from "node:http";
import type { Iam } from "../iam/principal.ts";
import type { LocalAwsContext, Service } from "../platform/service.ts";
import { createControlVerbs } from "./control-verbs.ts";
import { createDirectory } from "./directory/directory.ts";
import { createPendingFederations } from "./federation/pending-federations.ts";
import { createIdpHandler } from "./idp-handler.ts";
import type { LoginProvider } from "./login-provider.ts";
import { createAuthorizationCodes } from "./oauth/authorization-codes.ts";
import { createDomainHandler } from "./oauth/domain-handler.ts";
import { createSsoSessions } from "./oauth/sso-sessions.ts";
import { createOutage } from "./outage.ts";
import { createAttemptLimiter } from "./passwords/attempt-limiter.ts";
import {
  createBrandingHandler,
  createDomainHandler as createDomainResource,
  createGroupHandler,
  createIdentityProviderHandler,
} from "./resources/small-handlers.ts";
import { createUserPoolClientHandler } from "./resources/user-pool-client-handler.ts";
import { createUserPoolHandler } from "./resources/user-pool-handler.ts";
import { createChallenges } from "./sign-in/challenges.ts";
import { createMailbox } from "./sign-in/mailbox.ts";
import { createVerificationCodes } from "./sign-in/verification-codes.ts";
import { createLoginProvider } from "./tokens/create-login-provider.ts";
import { createSignInSessions } from "./tokens/sign-in-sessions.ts";
import { createSigningKeys } from "./tokens/signing-keys.ts";
import { createTokenIssuer } from "./tokens/token-issuer.ts";
import type { UserPools } from "./user-pools.ts";
import { seedUser, type SeedUser } from "./users/seed-user.ts";

export interface UserPoolsOptions {
  /** Origin of the cognito-idp host; issuers are `<issuerOrigin>/<poolId>`, so it must be the address clients use. */
  readonly issuerOrigin: string;
  /** Origin of the hosted UI domain. */
  readonly domainOrigin: string;
  readonly iam: Iam;
  readonly corporateSsoOrigin?: string;
}

type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface UserPoolsService extends Service {
  readonly idpHandler: HttpHandler;
  readonly domainHandler: HttpHandler;
  /** One per pool, for the identity pool. */
  loginProviders(): LoginProvider[];
  /** A confirmed user with a permanent password; a user who exists is left as they are. */
  createUser(user: SeedUser): Promise<{ readonly sub: string; readonly isNew: boolean }>;
}

/** Puts the user pools together: resources of the template, the cognito-idp host and the hosted UI domain. */
export function createUserPools(context: LocalAwsContext, options: UserPoolsOptions): UserPoolsService {
  const pools = assemble(context, options);
  const outage = createOutage();
  const { directory, keys, sessions, tokens } = pools;
  return {
    resourceHandlers: {
      "AWS::Cognito::UserPool": createUserPoolHandler(pools),
      "AWS::Cognito::UserPoolClient": createUserPoolClientHandler(pools),
      "AWS::Cognito::UserPoolDomain": createDomainResource(pools),
      "AWS::Cognito::UserPoolGroup": createGroupHandler(pools),
      "AWS::Cognito::ManagedLoginBranding": createBrandingHandler(),
      "AWS::Cognito::UserPoolIdentityProvider": createIdentityProviderHandler(pools),
    },
    controlVerbs: createControlVerbs(pools, outage),
    idpHandler: outage.guard(createIdpHandler(pools)),
    domainHandler: outage.guard(createDomainHandler(pools)),
    loginProviders: () =>
      directory.pools().map(({ poolId }) =>
        createLoginProvider({
          poolId,
          region: context.region,
          issuer: tokens.issuerOf(poolId),
          directory,
          keys,
          sessions,
          clock: context.clock,
        }),
      ),
    createUser: (user) => seedUser(pools, user),
  };
}

function assemble(context: LocalAwsContext, { iam, issuerOrigin, domainOrigin }: UserPoolsOptions): UserPools {
  const { store, clock, log } = context;
  const directory = createDirectory(store);
  const keys = createSigningKeys(store);
  const codeAttempts = createAttemptLimiter(clock);
  return {
    context,
    iam,
    issuerOrigin,
    domainOrigin,
    directory,
    keys,
    tokens: createTokenIssuer({ directory, keys, clock, issuerOrigin }),
    sessions: createSignInSessions(store, clock),
    ssoSessions: createSsoSessions(store, clock),
    authorizationCodes: createAuthorizationCodes(clock),
    challenges: createChallenges(clock),
    federations: createPendingFederations(clock),
    codes: createVerificationCodes(store, clock, codeAttempts),
    mailbox: createMailbox(clock, log),
    signInAttempts: createAttemptLimiter(clock),
    codeAttempts,
  };
}
