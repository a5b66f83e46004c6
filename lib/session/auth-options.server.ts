import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import type { AuthOptions, CookieOption, LoggerInstance } from "next-auth";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { AppError } from "../platform/app-error.ts";
import { CALLBACK_URL_COOKIE, CSRF_COOKIE, NONCE_COOKIE, PKCE_COOKIE, SESSION_COOKIE, STATE_COOKIE } from "../platform/cookies.ts";
import { env } from "../platform/env.server.ts";
import { finishSignIn } from "./code-exchange.server.ts";
import type { IdTokenClaims } from "./id-token.server.ts";
import type { OidcMetadata } from "./oidc-provider.server.ts";
import { safeReturnPath } from "./return-path.ts";
import { sessionService } from "./session-service.server.ts";

/** Stands in addresses (/api/auth/callback/cognito) that the user pool's client has registered. */
export const PROVIDER_ID = "cognito";

/** A sign-in that takes longer was abandoned; the check cookies end with it. */
const CHECKS_SECONDS = 15 * 60;
const IDP_TIMEOUT_MS = 4_000;

/** What one request to next-auth brings along, and what its callbacks leave for the wrapper. */
export interface AuthAttempt {
  userAgent: string;
  /** The cookie the browser came with; its session ends when a new one starts (HAZARDS B08). */
  previousSessionId: string | undefined;
  /** Set when the answer has been given up on, so that no session starts that nobody holds. */
  isAbandoned: boolean;
  /** The first thing that went wrong. */
  failure: unknown;
  claims: IdTokenClaims | undefined;
}

/** next-auth keeps one logger for all requests, so its errors find their request through the async context. */
export const currentAttempt = new AsyncLocalStorage<AuthAttempt>();

const logger: Partial<LoggerInstance> = {
  error: (_code, metadata) => noteFailure(currentAttempt.getStore(), metadata),
  warn: () => undefined,
  debug: () => undefined,
};

/** next-auth's options for one request. Its "JWT" is our session id: tokens never enter a cookie. */
export function authOptions(attempt: AuthAttempt, metadata: OidcMetadata | undefined, secret: string): AuthOptions {
  return {
    secret,
    debug: false,
    useSecureCookies: true,
    providers: [cognitoProvider(attempt, metadata)],
    session: { strategy: "jwt", maxAge: env().SESSION_ABSOLUTE_HOURS * 3600 },
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    cookies: cookies(),
    jwt: {
      encode: ({ token }) => Promise.resolve(typeof token?.sessionId === "string" ? token.sessionId : ""),
      decode: ({ token }) => Promise.resolve(token ? { sessionId: token } : null),
    },
    callbacks: {
      redirect: ({ url, baseUrl }) => `${baseUrl}${safeReturnPath(url, baseUrl)}`,
      signIn: () => attempt.claims !== undefined,
      jwt: async ({ token, account }) => {
        if (!account) return token;
        try {
          return { sessionId: await startSession(attempt, account) };
        } catch (error) {
          noteFailure(attempt, error);
          throw error;
        }
      },
    },
    events: {
      signOut: async ({ token }) => {
        await endSession(token.sessionId).catch((error: unknown) => noteFailure(attempt, error));
      },
    },
    logger,
  };
}

async function startSession(attempt: AuthAttempt, account: { id_token?: string; refresh_token?: string }): Promise<string> {
  if (!attempt.claims || account.id_token === undefined || attempt.isAbandoned) throw new AppError("session/not-permitted");
  const { sessions } = sessionService();
  const login = { idToken: account.id_token, refreshToken: account.refresh_token, claims: attempt.claims };
  const sessionId = await sessions.create({ login, userAgent: attempt.userAgent });
  if (attempt.previousSessionId !== undefined) await sessions.endById(attempt.previousSessionId);
  return sessionId;
}

async function endSession(sessionId: unknown): Promise<void> {
  if (typeof sessionId === "string") await sessionService().sessions.endById(sessionId);
}

/** The endpoints come from our own cached discovery document, so that a sign-in waits for the provider as seldom as possible. */
function cognitoProvider(attempt: AuthAttempt, metadata: OidcMetadata | undefined): OAuthConfig<IdTokenClaims> {
  const settings = env();
  return {
    id: PROVIDER_ID,
    name: "Cognito",
    type: "oauth",
    issuer: metadata?.issuer ?? settings.COGNITO_ISSUER,
    authorization: { url: metadata?.authorization_endpoint ?? settings.COGNITO_ISSUER, params: { scope: settings.OIDC_SCOPES } },
    token: {
      request: async ({ params, checks, provider }) => {
        const input = { params, checks, redirectUri: provider.callbackUrl };
        const signedIn = await finishSignIn(input, sessionService()).catch((error: unknown) => {
          noteFailure(attempt, error);
          throw error;
        });
        attempt.claims = signedIn.claims;
        const refresh = signedIn.refreshToken === undefined ? {} : { refresh_token: signedIn.refreshToken };
        return { tokens: { id_token: signedIn.idToken, ...refresh } };
      },
    },
    clientId: settings.COGNITO_CLIENT_ID,
    ...(settings.COGNITO_CLIENT_SECRET === undefined ? {} : { clientSecret: settings.COGNITO_CLIENT_SECRET }),
    client: { token_endpoint_auth_method: authMethod(metadata) },
    // Federated sign-ins carry a nonce in any case, and next-auth refuses one that it did not ask for (AWS.md A.7).
    checks: ["pkce", "state", "nonce"],
    idToken: true,
    httpOptions: { timeout: IDP_TIMEOUT_MS },
    profile: ({ sub }) => ({ id: sub }),
  };
}

function authMethod(metadata: OidcMetadata | undefined): "none" | "client_secret_basic" | "client_secret_post" {
  if (env().COGNITO_CLIENT_SECRET === undefined) return "none";
  const methods = metadata?.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  return methods.includes("client_secret_basic") ? "client_secret_basic" : "client_secret_post";
}

/**
 * All are `__Host-`, HttpOnly and Secure. SameSite is `lax` for what has to arrive with a navigation from the provider's pages (the checks at
 * the callback, the session at the page after it), `strict` for what only our own pages send.
 */
function cookies(): NonNullable<AuthOptions["cookies"]> {
  const cookie = (name: string, sameSite: "lax" | "strict", maxAge?: number): CookieOption => ({
    name,
    options: { httpOnly: true, secure: true, path: "/", sameSite, ...(maxAge === undefined ? {} : { maxAge }) },
  });
  return {
    sessionToken: cookie(SESSION_COOKIE, "lax"),
    callbackUrl: cookie(CALLBACK_URL_COOKIE, "lax", CHECKS_SECONDS),
    csrfToken: cookie(CSRF_COOKIE, "strict"),
    state: cookie(STATE_COOKIE, "lax", CHECKS_SECONDS),
    pkceCodeVerifier: cookie(PKCE_COOKIE, "lax", CHECKS_SECONDS),
    nonce: cookie(NONCE_COOKIE, "lax", CHECKS_SECONDS),
  };
}

function noteFailure(attempt: AuthAttempt | undefined, error: unknown): void {
  if (attempt) attempt.failure ??= unwrap(error);
}

function unwrap(metadata: unknown): unknown {
  return metadata instanceof Error ? metadata : ((metadata as { error?: unknown } | undefined)?.error ?? metadata);
}
