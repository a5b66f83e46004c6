/** One header of an answer. */
export interface Header {
  key: string;
  value: string;
}

const YEARS_2_S = 63_072_000;

/** The headers that do not vary by request. Browsers heed HSTS on https only, so it may stand on every answer. */
export function securityHeaders(): Header[] {
  return [
    { key: "strict-transport-security", value: `max-age=${YEARS_2_S}; includeSubDomains` },
    { key: "x-content-type-options", value: "nosniff" },
    { key: "x-frame-options", value: "DENY" },
    { key: "referrer-policy", value: "no-referrer" },
    { key: "cross-origin-opener-policy", value: "same-origin" },
    { key: "cross-origin-resource-policy", value: "same-origin" },
    { key: "x-permitted-cross-domain-policies", value: "none" },
    { key: "x-dns-prefetch-control", value: "off" },
    {
      key: "permissions-policy",
      value: "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), usb=()",
    },
  ];
}

/** What an answer of the API or a file of the build may do if somebody opens it as a page: nothing. */
export const CLOSED_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** What the live worker may do. A worker is governed by the policy of its own script, not by its page's. */
export function workerContentPolicy(mqttUrl: string): string {
  return `default-src 'none'; connect-src 'self' ${new URL(mqttUrl).origin}; frame-ancestors 'none'`;
}

export interface PolicyParts {
  nonce: string;
  /** The one socket the pages may open. */
  mqttUrl: string;
  /** Where a form may lead besides this origin (redirects count). */
  formTargets: readonly string[];
  /** Next's hot reload needs eval and its own socket. */
  isDevelopment: boolean;
}

/**
 * The policy of pages and routes. Scripts: ours by nonce, and what those load. Styles: style elements by nonce; style attributes are allowed
 * because React and canvas sizing set them, and an attribute cannot load or run anything.
 */
export function contentSecurityPolicy({ nonce, mqttUrl, formTargets, isDevelopment }: PolicyParts): string {
  const mqttOrigin = new URL(mqttUrl).origin;
  const styleSources = isDevelopment ? "'self' 'unsafe-inline'" : `'self' 'nonce-${nonce}'`;
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    `style-src ${styleSources}`,
    `style-src-elem ${styleSources}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${mqttOrigin}${isDevelopment ? " ws://localhost:*" : ""}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    `form-action 'self' ${formTargets.map((target) => new URL(target).origin).join(" ")}`,
    "report-uri /api/csp-report",
    "report-to csp",
  ].join("; ");
}
