import "server-only";
import { env } from "../platform/env.server.ts";
import { sessionService } from "./session-service.server.ts";

const SCREENS: Readonly<Record<string, string>> = { "sign-up": "/signup", "forgot-password": "/forgotPassword" };

/**
 * The provider's page for a started sign-in: its login, or the sign-up or forgot-password page, which take the same parameters
 * (AWS.md A.4) and so come back to the same callback with the same checks.
 */
export function hostedPageUrl(authorizeUrl: string, screen: string | null): string {
  const path = SCREENS[screen ?? ""];
  const { COGNITO_HOSTED_UI_URL: domain } = env();
  if (path === undefined || domain === undefined || !URL.canParse(authorizeUrl)) return authorizeUrl;
  if (new URL(authorizeUrl).origin !== new URL(domain).origin) return authorizeUrl;
  return `${domain}${path}${new URL(authorizeUrl).search}`;
}

/** Where a sign-out goes so that the provider forgets its own session too; comes back to our sign-in page. */
export async function logoutUrl(): Promise<string> {
  const { APP_URL, COGNITO_CLIENT_ID, COGNITO_HOSTED_UI_URL } = env();
  const signedOut = `${APP_URL}/sign-in`;
  if (COGNITO_HOSTED_UI_URL !== undefined) {
    return `${COGNITO_HOSTED_UI_URL}/logout?${new URLSearchParams({ client_id: COGNITO_CLIENT_ID, logout_uri: signedOut }).toString()}`;
  }
  const endpoint = await sessionService()
    .provider.metadata()
    .then((metadata) => metadata.end_session_endpoint)
    .catch(() => undefined);
  if (endpoint === undefined) return signedOut;
  const url = new URL(endpoint);
  url.searchParams.set("client_id", COGNITO_CLIENT_ID);
  url.searchParams.set("post_logout_redirect_uri", signedOut);
  return url.href;
}
