import type { Visit } from "./hosted-page.ts";
import { html, type Html } from "./html.ts";

/** Names people know the built-in providers by; others are shown as the template calls them. */
const LABELS: Readonly<Record<string, string>> = {
  LoginWithAmazon: "Amazon",
  SignInWithApple: "Apple",
};

const KEY_ICON = html`<svg
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="1.8"
  stroke-linecap="round"
  stroke-linejoin="round"
  aria-hidden="true"
>
  <path d="M4 21V6.5L12 3l8 3.5V21M2.5 21h19M9 9.5h.01M15 9.5h.01M9 13.5h.01M15 13.5h.01M10 21v-3.5h4V21" />
</svg>`;

/** `CorporateSSO` reads better as `Corporate SSO`. */
export function providerLabel(name: string): string {
  return LABELS[name] ?? name.replaceAll(/[-_]+/g, " ").replaceAll(/([a-z])([A-Z])/g, "$1 $2");
}

/** One link per provider that both the pool and the client have. */
export function providerButtons({ request, pools }: Visit): Html[] {
  const known = new Set(pools.directory.identityProviders(request.pool.poolId).map((provider) => provider.name));
  return request.client.identityProviders
    .filter((name) => known.has(name))
    .map((name) => {
      const query = new URLSearchParams(request.queryString);
      query.set("identity_provider", name);
      query.delete("idp_identifier");
      return html`<a class="button plain" href="/oauth2/authorize?${query.toString()}">${KEY_ICON}Continue with ${providerLabel(name)}</a>`;
    });
}
