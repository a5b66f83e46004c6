import { readCookie, redirect, setCookie, type Exchange } from "../http/exchange.ts";
import { html } from "../pages/html.ts";
import { sendPage } from "../pages/page.ts";
import type { UserPools } from "../user-pools.ts";
import { ssoCookieName } from "./complete-sign-in.ts";

/** GET /logout (AWS.md A.4): ends the domain's session, then goes to a registered sign-out URL or to a new sign-in. */
export function handleLogout(pools: UserPools, exchange: Exchange): void {
  const { query, response, request } = exchange;
  const single = (name: string) => (query.getAll(name).length === 1 ? (query.get(name) ?? undefined) : undefined);
  const client = pools.directory.client(single("client_id") ?? "");
  if (client === undefined) {
    redirect(response, "/error?error=invalid_client");
    return;
  }
  const logoutUri = single("logout_uri");
  const redirectUri = single("redirect_uri");
  const isLogoutGood = logoutUri !== undefined && client.logoutUrls.includes(logoutUri);
  const isSignInGood = query.get("logout_uri") === null && redirectUri !== undefined && client.callbackUrls.includes(redirectUri);
  if (!isLogoutGood && !isSignInGood && (logoutUri ?? redirectUri) !== undefined) {
    redirect(response, `/error?${new URLSearchParams({ error: "redirect_mismatch", client_id: client.clientId }).toString()}`);
    return;
  }
  const cookieName = ssoCookieName(client.poolId);
  pools.ssoSessions.end(readCookie(request, cookieName));
  setCookie(response, cookieName, "", { isSecure: pools.domainOrigin.startsWith("https:"), maxAgeSeconds: 0 });
  if (isLogoutGood) {
    redirect(response, logoutUri);
  } else if (isSignInGood) {
    const next = new URLSearchParams(query);
    redirect(response, `/login?${next.toString()}`);
  } else {
    sendPage(response, {
      title: "Signed out",
      brand: client.name,
      body: html`<h1>You are signed out</h1>
        <p class="lead">You can close this page, or go back to ${client.name} to sign in again.</p>`,
    });
  }
}
