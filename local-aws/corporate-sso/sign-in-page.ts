import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { html, type Html } from "../cognito-user-pool/pages/html.ts";

/** Deliberately another company's look: the person must see that this is not the user pool. */
const STYLESHEET = `
:root { color-scheme: light dark; --ink: light-dark(#1b1b2f, #ecebf7); --quiet: light-dark(#55556d, #b3b1c9); --page: light-dark(#f4f2fb, #12111c);
  --card: light-dark(#fff, #1c1b2a); --edge: light-dark(#c9c4e4, #3b3856); --accent: light-dark(#4b3fa7, #a99cff); --on: light-dark(#fff, #17132f); --bad: light-dark(#a4161a, #ff9d96); }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100dvh; font: 16px/1.5 Georgia, "Times New Roman", serif; background: var(--page); color: var(--ink); }
header { background: light-dark(#2b2463, #1e1a45); color: #fff; padding: 1rem 1.25rem; font-size: 1.15rem; }
main { max-width: 28rem; margin: 0 auto; padding: 2rem 1.25rem; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; } p { margin: 0 0 1.25rem; color: var(--quiet); }
form { background: var(--card); border: 1px solid var(--edge); border-radius: 4px; padding: 1.5rem; }
label { display: block; font-weight: 700; margin-bottom: .25rem; }
input { width: 100%; font: inherit; min-height: 2.75rem; padding: .5rem .7rem; margin-bottom: 1rem; border: 1px solid var(--quiet); border-radius: 3px; background: var(--card); color: inherit; }
button { width: 100%; font: inherit; font-weight: 700; min-height: 2.75rem; border: 0; border-radius: 3px; background: var(--accent); color: var(--on); cursor: pointer; }
button.quiet { margin-top: .6rem; background: none; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[role=alert] { color: var(--bad); font-weight: 700; }
`;
/** Not in a template: the hash counts every character between the tags. */
const STYLE: Html = { markup: `<style>${STYLESHEET}</style>` };
const STYLE_HASH = createHash("sha256").update(STYLESHEET).digest("base64");

export interface CorporatePage {
  readonly status: number;
  readonly title: string;
  /** Where the form posts; absent for a page that only tells something. */
  readonly action?: string;
  readonly problem?: string;
  /** What was typed before, so that only the password has to be typed again. */
  readonly login?: string;
  readonly text: string;
}

export function sendCorporatePage(response: ServerResponse, page: CorporatePage): void {
  const { login = "" } = page;
  const onLogin = login === "" && html` autofocus`;
  const onPassword = login !== "" && html` autofocus`;
  const form =
    page.action !== undefined &&
    html`<form method="post" action="${page.action}">
      ${page.problem !== undefined && html`<p role="alert">${page.problem}</p>`}<label for="login">Employee name or e-mail</label
      ><input id="login" name="login" autocomplete="username" autocapitalize="none" required value="${login}" ${onLogin} /><label
        for="password"
        >Password</label
      ><input id="password" name="password" type="password" autocomplete="current-password" required${onPassword} /><button type="submit">
        Sign in</button
      ><button class="quiet" type="submit" name="cancel" value="yes" formnovalidate>Cancel</button>
    </form>`;
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title} · Corporate SSO</title>
        <link rel="icon" href="data:," />
        ${STYLE}
      </head>
      <body>
        <header>Corporate SSO</header>
        <main>
          <h1>${page.title}</h1>
          <p>${page.text}</p>
          ${form}
        </main>
      </body>
    </html>`;
  // No form-action: browsers apply it to every redirect up to the application, whose origin is not known here.
  response.writeHead(page.status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
  });
  response.end(markup);
}
