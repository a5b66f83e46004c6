import type { LoginProvider, VerifiedLogin } from "../cognito-user-pool/login-provider.ts";
import { AwsError } from "../platform/aws-error.ts";
import type { IdentityPool, LinkedLogin, PoolProvider } from "./pool-records.ts";

/** A login that the pool accepts, with the provider it came through. */
export interface PoolLogin {
  readonly provider: PoolProvider;
  readonly link: LinkedLogin;
  readonly verified: VerifiedLogin;
}

/**
 * Verifies every entry of `Logins` against the pool's providers: signature, times, app client, and (ServerSideTokenCheck)
 * that the user has neither signed out everywhere nor been disabled or deleted.
 * Throws AwsError `NotAuthorizedException` with AWS's texts (AWS.md B.2).
 */
export async function verifyLogins(
  pool: IdentityPool,
  logins: Readonly<Record<string, string>>,
  loginProviders: readonly LoginProvider[],
): Promise<PoolLogin[]> {
  const verified: PoolLogin[] = [];
  for (const [name, token] of Object.entries(logins)) verified.push(await verifyLogin(pool, { name, token }, loginProviders));
  return verified;
}

async function verifyLogin(
  pool: IdentityPool,
  { name, token }: { name: string; token: string },
  loginProviders: readonly LoginProvider[],
): Promise<PoolLogin> {
  const source = loginProviders.find(({ providerName, awsProviderName }) => name === providerName || name === awsProviderName);
  const configured = pool.providers.filter(
    ({ ProviderName }) => source !== undefined && (ProviderName === source.providerName || ProviderName === source.awsProviderName),
  );
  if (source === undefined || configured.length === 0) throw unsupported();
  const verified = await source.verifyIdToken(token);
  const provider = configured.find(({ ClientId }) => ClientId === verified.audience);
  if (provider === undefined) throw unsupported();
  if (provider.ServerSideTokenCheck && !source.isSignedIn(verified)) {
    throw new AwsError("NotAuthorizedException", "Invalid login token. Token has been revoked.");
  }
  return { provider, verified, link: { provider: source.awsProviderName, sub: verified.sub } };
}

function unsupported(): AwsError {
  return new AwsError("NotAuthorizedException", "Token is not from a supported provider of this identity pool.");
}
