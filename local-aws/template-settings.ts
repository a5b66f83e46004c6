import type { CorporateSso } from "./corporate-sso/create-corporate-sso.ts";

const DEFAULT_APP_URL = "http://localhost:3000";
const SSO_ISSUER = "https://corporate-sso.invalid";
const SSO_SECRET = "corporate-sso-client-secret";

export interface TemplateSettings {
  readonly appUrl: string | undefined;
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
export function withAddresses(template: unknown, { appUrl, context }: TemplateSettings, sso: CorporateSso): unknown {
  const isAppUrlGiven = context.appUrls !== undefined || appUrl === undefined;
  const replacements: [string, string][] = [
    [SSO_ISSUER, sso.issuer],
    [SSO_SECRET, sso.clientSecret],
    ...(isAppUrlGiven ? [] : [[DEFAULT_APP_URL, appUrl] as [string, string]]),
  ];
  const text = replacements.reduce((json, [from, to]) => json.replaceAll(from, to), JSON.stringify(template));
  return JSON.parse(text) as unknown;
}
