import type { CorporateSso } from "./corporate-sso/create-corporate-sso.ts";

const DEFAULT_APP_URL = "http://localhost:3000";
const SSO_ISSUER = "https://corporate-sso.invalid";
const SSO_SECRET = "corporate-sso-client-secret";

export interface TemplateSettings {
  /** Origins of the dashboard; none: the template's own default. */
  readonly appUrls: readonly string[];
  /** CDK context given by hand; it wins over the demo's. */
  readonly context: Readonly<Record<string, string>>;
}

/** The settings the stand-in deploys with: the product's defaults and one federated provider, the demo's Corporate SSO. */
export function synthesisContext({ context }: TemplateSettings, clientId: string): Record<string, string> {
  const corporateSso = {
    name: "CorporateSSO",
    label: "Corporate SSO",
    type: "OIDC",
    details: {
      client_id: clientId,
      client_secret: SSO_SECRET,
      oidc_issuer: SSO_ISSUER,
      authorize_scopes: "openid email profile",
      attributes_request_method: "GET",
    },
  };
  return { identityProviders: JSON.stringify([corporateSso]), ...context };
}

/**
 * Puts this install's addresses in place of the ones the template was synthesised with: one assembly, made once, serves
 * every port. Nothing else of the template is touched.
 */
export function withAddresses(template: unknown, { appUrls, context }: TemplateSettings, sso: CorporateSso): unknown {
  const wanted = context.appUrls === undefined && appUrls.length > 0 ? appUrls : [DEFAULT_APP_URL];
  const replaced = (text: string, appUrl: string) =>
    text.replaceAll(SSO_ISSUER, sso.issuer).replaceAll(SSO_SECRET, sso.clientSecret).replaceAll(DEFAULT_APP_URL, appUrl);
  const replace = (value: unknown): unknown => {
    if (typeof value === "string") return replaced(value, wanted[0] ?? DEFAULT_APP_URL);
    if (Array.isArray(value))
      return value.flatMap((one: unknown) => (isAppAddress(one) ? wanted.map((url) => replaced(one, url)) : [replace(one)]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]: [string, unknown]) => [key, replace(one)]));
  };
  return replace(template);
}

/** An entry of a list of callback or sign-out addresses: one for every origin of the dashboard. */
function isAppAddress(value: unknown): value is string {
  return typeof value === "string" && value.startsWith(DEFAULT_APP_URL);
}
