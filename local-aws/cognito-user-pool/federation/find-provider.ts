import * as oidc from "openid-client";
import type { IdentityProviderRecord } from "../directory/records.ts";

/** Discovery answers are kept this long; a provider that moves an endpoint is followed within it. */
const DISCOVERY_MS = 10 * 60_000;
const TIMEOUT_SECONDS = 5;

const known = new Map<string, { config: oidc.Configuration; foundAtMs: number }>();

/** The provider's endpoints and keys by OpenID discovery. Rejects while the provider cannot be reached. */
export async function findProvider(provider: IdentityProviderRecord): Promise<oidc.Configuration> {
  const key = JSON.stringify([provider.issuer, provider.clientId, provider.clientSecret]);
  const cached = known.get(key);
  if (cached !== undefined && Date.now() - cached.foundAtMs < DISCOVERY_MS) return cached.config;
  const isLoopback = new URL(provider.issuer).protocol === "http:";
  const config = await oidc.discovery(new URL(provider.issuer), provider.clientId, provider.clientSecret, undefined, {
    timeout: TIMEOUT_SECONDS,
    // The template's schema admits http for this machine only.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that nobody uses it unknowingly
    execute: isLoopback ? [oidc.allowInsecureRequests] : [],
  });
  known.set(key, { config, foundAtMs: Date.now() });
  return config;
}
