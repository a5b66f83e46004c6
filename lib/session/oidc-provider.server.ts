import "server-only";
import { z } from "zod";
import { AppError } from "../platform/app-error.ts";
import { boundedFetch } from "../platform/bounded-fetch.server.ts";

const FRESH_MS = 10 * 60_000;
const RETRY_MS = 1_000;
const DISCOVERY_TIMEOUT_MS = 3_000;
const TOKEN_TIMEOUT_MS = 5_000;

const metadataSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  revocation_endpoint: z.url().optional(),
  end_session_endpoint: z.url().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});

/** The endpoints of the OIDC provider as it publishes them; they may be on other hosts than the issuer (Cognito's are). */
export type OidcMetadata = z.infer<typeof metadataSchema>;

const tokensSchema = z.object({
  id_token: z.string().max(50_000),
  refresh_token: z.string().max(10_000).optional(),
  access_token: z.string().max(50_000).optional(),
});
const refusalSchema = z.object({ error: z.string().regex(/^[a-z_]{1,40}$/) });

export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  /** Of the Cognito domain, whose /oauth2/revoke and /logout its discovery document does not always name. */
  hostedUiUrl: string | undefined;
  /** Refuses plain http endpoints unless the provider runs on this machine. */
  isLocal: boolean;
}

export interface RefreshedTokens {
  idToken: string;
  refreshToken: string | undefined;
}

/** A code from a callback, and what proves that this sign-in is the one it was made for. */
export interface CodeGrant {
  code: string;
  codeVerifier: string;
  redirectUri: string;
}

/** The user pool (or any OIDC provider) as the server talks to it. */
export interface OidcProvider {
  /** Throws identity/unavailable. */
  metadata(): Promise<OidcMetadata>;
  /** Swaps a code for tokens, none of them verified. Throws an Error named by the provider's refusal (`invalid_grant`), identity/unavailable. */
  redeem(grant: CodeGrant): Promise<RefreshedTokens & { accessToken: string | undefined }>;
  /** Throws session/expired when the provider has revoked the token or its user, identity/unavailable when it cannot say. */
  refresh(refreshToken: string): Promise<RefreshedTokens>;
  /** Best effort: true when the provider confirmed it. */
  revoke(refreshToken: string): Promise<boolean>;
}

/** Talks to the provider at `issuer`; the discovery document is cached, and kept when a later fetch fails. */
export function createOidcProvider(settings: OidcSettings): OidcProvider {
  const metadata = cacheMetadata(settings);
  return {
    metadata,
    async redeem({ code, codeVerifier, redirectUri }) {
      const provider = await metadata();
      const grant = { grant_type: "authorization_code", code, code_verifier: codeVerifier, redirect_uri: redirectUri };
      const { status, text } = await unavailableOnFailure(post(provider.token_endpoint, grant, { settings, provider }));
      const body = parseJson(text);
      const refusal = refusalSchema.safeParse(body);
      if ((status === 400 || status === 401) && refusal.success) throw new Error(refusal.data.error);
      const tokens = tokensSchema.safeParse(body);
      if (status !== 200 || !tokens.success) throw new AppError("identity/unavailable", { context: { status } });
      return { idToken: tokens.data.id_token, refreshToken: tokens.data.refresh_token, accessToken: tokens.data.access_token };
    },
    async refresh(refreshToken) {
      const provider = await metadata();
      const grant = { grant_type: "refresh_token", refresh_token: refreshToken };
      const { status, text } = await unavailableOnFailure(post(provider.token_endpoint, grant, { settings, provider }));
      const body = parseJson(text);
      if (status === 400 && z.object({ error: z.literal("invalid_grant") }).safeParse(body).success) throw new AppError("session/expired");
      const tokens = tokensSchema.safeParse(body);
      if (status !== 200 || !tokens.success) throw new AppError("identity/unavailable", { context: { status } });
      return { idToken: tokens.data.id_token, refreshToken: tokens.data.refresh_token };
    },
    async revoke(refreshToken) {
      try {
        const provider = await metadata();
        const endpoint = provider.revocation_endpoint ?? (settings.hostedUiUrl && `${settings.hostedUiUrl}/oauth2/revoke`);
        if (!endpoint) return false;
        return (await post(endpoint, { token: refreshToken, token_type_hint: "refresh_token" }, { settings, provider })).status === 200;
      } catch {
        return false;
      }
    },
  };
}

function cacheMetadata(settings: OidcSettings): () => Promise<OidcMetadata> {
  let known: OidcMetadata | undefined;
  let nextTryMs = 0;
  let inFlight: Promise<OidcMetadata> | undefined;
  const load = async () => {
    try {
      known = await fetchMetadata(settings);
      nextTryMs = performance.now() + FRESH_MS;
    } catch (error) {
      nextTryMs = performance.now() + RETRY_MS;
      if (!known) throw error;
    } finally {
      inFlight = undefined;
    }
    return known;
  };
  return () => (known && performance.now() < nextTryMs ? Promise.resolve(known) : (inFlight ??= load()));
}

async function fetchMetadata({ issuer, isLocal }: OidcSettings): Promise<OidcMetadata> {
  const address = `${issuer}/.well-known/openid-configuration`;
  const { status, text } = await unavailableOnFailure(boundedFetch(address, { timeoutMs: DISCOVERY_TIMEOUT_MS }));
  const parsed = metadataSchema.safeParse(parseJson(text));
  if (status !== 200 || !parsed.success) throw new AppError("identity/unavailable", { context: { status, step: "discovery" } });
  const { data } = parsed;
  // A closing slash is part of some providers' names, and left off in settings.
  if (data.issuer !== issuer && data.issuer !== `${issuer}/`)
    throw new AppError("identity/unavailable", { context: { step: "discovery", reason: "another issuer" } });
  const endpoints = [data.authorization_endpoint, data.token_endpoint, data.jwks_uri, data.revocation_endpoint ?? data.token_endpoint];
  const isPlain = endpoints.some((endpoint) => new URL(endpoint).protocol !== "https:");
  if (isPlain && !isLocal) throw new AppError("identity/unavailable", { context: { step: "discovery", reason: "plain http" } });
  return data;
}

interface PostContext {
  settings: OidcSettings;
  provider: OidcMetadata;
}

/** client_secret_basic unless the provider only takes the secret in the body (RFC 6749 2.3.1); no secret means a public client. */
function post(endpoint: string, fields: Record<string, string>, { settings, provider }: PostContext) {
  const { clientId, clientSecret } = settings;
  const methods = provider.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  const isBasic = clientSecret !== undefined && methods.includes("client_secret_basic");
  const body = new URLSearchParams({ ...fields, client_id: clientId });
  if (!isBasic && clientSecret !== undefined) body.set("client_secret", clientSecret);
  const basic = `${formEncode(clientId)}:${formEncode(clientSecret ?? "")}`;
  return boundedFetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(isBasic ? { authorization: `Basic ${Buffer.from(basic).toString("base64")}` } : {}),
    },
    body: body.toString(),
    timeoutMs: TOKEN_TIMEOUT_MS,
  });
}

function formEncode(value: string): string {
  return new URLSearchParams({ v: value }).toString().slice(2);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function unavailableOnFailure<Value>(exchange: Promise<Value>): Promise<Value> {
  try {
    return await exchange;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("identity/unavailable", { cause });
  }
}
