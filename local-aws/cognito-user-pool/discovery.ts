import type { UserPools } from "./user-pools.ts";

/** `/.well-known/openid-configuration` of one pool, as a live pool answers it (AWS.md A.1). */
export function discoveryDocument({ tokens, domainOrigin }: UserPools, poolId: string): Record<string, unknown> {
  const issuer = tokens.issuerOf(poolId);
  return {
    authorization_endpoint: `${domainOrigin}/oauth2/authorize`,
    end_session_endpoint: `${domainOrigin}/logout`,
    id_token_signing_alg_values_supported: ["RS256"],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ["code", "token"],
    revocation_endpoint: `${domainOrigin}/oauth2/revoke`,
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint: `${domainOrigin}/oauth2/token`,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    userinfo_endpoint: `${domainOrigin}/oauth2/userInfo`,
  };
}
