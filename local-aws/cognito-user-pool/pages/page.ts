import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { html, type Html } from "./html.ts";
import { STYLESHEET } from "./stylesheet.ts";

export interface Page {
  readonly title: string;
  /** Whose sign-in this is, beside the mark at the top. */
  readonly brand: string;
  readonly body: Html;
  readonly status?: number;
  readonly isWide?: boolean;
  /** Origins a form's answer may redirect to: browsers apply `form-action` to the redirect as well. */
  readonly formTargets?: readonly string[];
}

/** Not in a template: the hash counts every character between the tags. */
const STYLE: Html = { markup: `<style>${STYLESHEET}</style>` };
const STYLE_HASH = createHash("sha256").update(STYLESHEET).digest("base64");

const MARK = html`<svg
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="1.8"
  stroke-linecap="round"
  stroke-linejoin="round"
  aria-hidden="true"
>
  <path d="M3 17.6 12 22l9-4.4" opacity="0.45" />
  <path d="M3 12.9 12 17.3l9-4.4" opacity="0.75" />
  <path d="M12 3.6 3 8l9 4.4L21 8z" />
</svg>`;

/** Sends a page with the headers every page has: no framing, no scripts, no caching, no referrer to other origins. */
export function sendPage(response: ServerResponse, page: Page): void {
  const text = render(page).markup;
  const formTargets = ["'self'", ...new Set(page.formTargets ?? [])].join(" ");
  response.writeHead(page.status ?? 200, {
    "content-type": "text/html; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "content-security-policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; form-action ${formTargets}; base-uri 'none'; frame-ancestors 'none'`,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    // same-origin, not no-referrer: the latter turns the Origin header of our own forms into "null".
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
  });
  response.end(text);
}

function render({ title, brand, body, isWide }: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · ${brand}</title>
        <link rel="icon" href="data:," />
        ${STYLE}
      </head>
      <body>
        <main class="${isWide === true ? "wide" : ""}">
          <div class="brand">${MARK}<span>${brand}</span></div>
          ${body}
        </main>
        <footer>Local AWS user pool. Codes that AWS would mail are in the <a href="/local/mailbox">local mailbox</a>.</footer>
      </body>
    </html> `;
}

/** The origin of a redirect target as CSP writes it: custom schemes have none and are named by scheme. */
export function formTargetOf(url: string): string {
  const { origin, protocol } = new URL(url);
  return origin === "null" ? protocol : origin;
}
