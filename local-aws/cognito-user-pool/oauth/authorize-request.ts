import type { Directory } from "../directory/directory.ts";
import type { ClientRecord, PoolRecord } from "../directory/records.ts";

/** A checked /oauth2/authorize request; the login pages carry its query string along and check it again. */
export interface AuthorizeRequest {
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
  readonly redirectUri: string;
  readonly responseType: "code" | "token";
  readonly scopes: readonly string[];
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  readonly codeChallenge: string | undefined;
  readonly prompts: ReadonlySet<string>;
  readonly loginHint: string | undefined;
  /** Provider name, once `identity_provider` or `idp_identifier` is resolved. */
  readonly identityProvider: string | undefined;
  /** The query string to hand on between pages; it holds no secret. */
  readonly queryString: string;
}

/**
 * `page`: nothing in the request can be trusted with a redirect, so the domain's own error page tells it.
 * `redirect`: the application learns it at its callback.
 */
export type AuthorizeFault =
  | { readonly at: "page"; readonly error: "invalid_request" | "invalid_client" | "redirect_mismatch" | "unauthorized_client" }
  | { readonly at: "redirect"; readonly location: string };

const FORWARDED = [
  "client_id",
  "response_type",
  "redirect_uri",
  "scope",
  "state",
  "nonce",
  "code_challenge",
  "code_challenge_method",
  "identity_provider",
  "idp_identifier",
  "login_hint",
  "lang",
  "prompt",
] as const;
const RESERVED_SCOPES = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];
const PROMPTS = ["none", "login", "select_account", "consent"];
const PARAMETER_CHARACTERS_MAX = 4096;

type Parameters = Readonly<Partial<Record<(typeof FORWARDED)[number], string>>>;

/** Checks the parameters of /oauth2/authorize, /login, /signup and /forgotPassword (AWS.md A.2). */
export function parseAuthorizeRequest(query: URLSearchParams, directory: Directory): AuthorizeRequest | AuthorizeFault {
  const parameters = readParameters(query);
  if (parameters === undefined) return { at: "page", error: "invalid_request" };
  const client = directory.client(parameters.client_id ?? "");
  const pool = client === undefined ? undefined : directory.pool(client.poolId);
  if (client === undefined || pool === undefined || directory.domain(pool.poolId) === undefined) {
    return { at: "page", error: parameters.client_id === undefined ? "invalid_request" : "invalid_client" };
  }
  const redirectUri = parameters.redirect_uri;
  if (redirectUri === undefined) return { at: "page", error: "invalid_request" };
  if (!client.callbackUrls.includes(redirectUri)) return { at: "page", error: "redirect_mismatch" };
  if (!client.isOAuthOn) return { at: "page", error: "unauthorized_client" };
  const refuse = (error: string, description?: string): AuthorizeFault => ({
    at: "redirect",
    location: withParameters(redirectUri, { error, error_description: description, state: parameters.state }),
  });
  const { response_type: responseType } = parameters;
  if (responseType !== "code" && responseType !== "token") return refuse("invalid_request", "response_type must be code or token");
  if (!client.oauthFlows.includes(responseType === "code" ? "code" : "implicit")) return refuse("unauthorized_client");
  const pkceFault = findPkceFault(parameters);
  if (pkceFault !== undefined) return refuse("invalid_request", pkceFault);
  const scopes = resolveScopes(parameters.scope, client);
  if (scopes === undefined) return refuse("invalid_scope");
  const prompts = new Set((parameters.prompt ?? "").split(" ").filter(Boolean));
  if ([...prompts].some((prompt) => !PROMPTS.includes(prompt)) || (prompts.has("none") && prompts.size > 1)) {
    return refuse("invalid_request", "prompt is not supported");
  }
  const identityProvider = resolveProvider(parameters, client, directory);
  if (identityProvider === null) return refuse("invalid_request", "identity provider is not enabled for this client");
  return {
    pool,
    client,
    redirectUri,
    responseType,
    scopes,
    prompts,
    identityProvider,
    state: parameters.state,
    nonce: parameters.nonce,
    codeChallenge: parameters.code_challenge,
    loginHint: parameters.login_hint,
    queryString: new URLSearchParams(Object.entries(parameters)).toString(),
  };
}

export function isFault(parsed: AuthorizeRequest | AuthorizeFault): parsed is AuthorizeFault {
  return "at" in parsed;
}

/** Undefined when a parameter comes twice or is absurdly long. Empty counts as absent (RFC 6749, 3.1). */
function readParameters(query: URLSearchParams): Parameters | undefined {
  const parameters: Partial<Record<(typeof FORWARDED)[number], string>> = {};
  for (const name of FORWARDED) {
    const values = query.getAll(name);
    const [value = ""] = values;
    if (values.length > 1 || value.length > PARAMETER_CHARACTERS_MAX) return undefined;
    if (value !== "") parameters[name] = value;
  }
  return parameters;
}

function findPkceFault({ code_challenge: challenge, code_challenge_method: method }: Parameters): string | undefined {
  if (challenge === undefined && method === undefined) return undefined;
  if (challenge === undefined) return "code_challenge is required with code_challenge_method";
  if (method !== "S256") return "code_challenge_method must be S256";
  return /^[\w-]{43}$/.test(challenge) ? undefined : "code_challenge is not a SHA-256 digest";
}

/** Not-enabled reserved scopes are ignored; unknown ones, or claims without `openid`, are not a request AWS serves. */
function resolveScopes(scope: string | undefined, client: ClientRecord): string[] | undefined {
  if (scope === undefined) return [...client.oauthScopes];
  const asked = [...new Set(scope.split(" ").filter(Boolean))];
  if (asked.some((name) => !RESERVED_SCOPES.includes(name) && !client.oauthScopes.includes(name))) return undefined;
  const granted = asked.filter((name) => client.oauthScopes.includes(name));
  const isClaimWithoutOpenid = !granted.includes("openid") && granted.some((name) => ["email", "phone", "profile"].includes(name));
  return granted.length === 0 || isClaimWithoutOpenid ? undefined : granted;
}

/** Null when the request names a provider the client does not have. */
function resolveProvider(parameters: Parameters, client: ClientRecord, directory: Directory): string | undefined | null {
  const { identity_provider: name, idp_identifier: identifier } = parameters;
  if (name === undefined && identifier === undefined) return undefined;
  if (name === "COGNITO") return client.identityProviders.includes("COGNITO") ? name : null;
  const provider = directory
    .identityProviders(client.poolId)
    .find((candidate) => candidate.name === name || candidate.identifiers.includes(identifier ?? ""));
  return provider !== undefined && client.identityProviders.includes(provider.name) ? provider.name : null;
}

/** Appends query parameters to a registered redirect URI, leaving the rest of it as registered. */
export function withParameters(redirectUri: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const present = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${new URLSearchParams(present).toString()}`;
}
