import type { Exchange } from "../http/exchange.ts";
import type { UserPools } from "../user-pools.ts";
import { html } from "./html.ts";
import { sendPage } from "./page.ts";

/** GET /local/mailbox: what AWS would have mailed; exists in the stand-in only. */
export function handleMailbox(pools: UserPools, { request, response }: Exchange): void {
  // Another site must not read codes through a rebound host name.
  if (request.headers.host !== new URL(pools.domainOrigin).host) {
    response.writeHead(421, { "content-length": 0 }).end();
    return;
  }
  const mails = pools.mailbox.list();
  sendPage(response, {
    title: "Local mailbox",
    brand: "Local AWS",
    isWide: true,
    body: html`<h1>Local mailbox</h1>
      <div class="message note" role="note">
        Only the local AWS has this page. On AWS these messages go to the person's own e-mail address.
      </div>
      ${mails.length === 0 && html`<p class="lead">Nothing has been sent yet. Codes and temporary passwords appear here; reload after asking for one.</p>`}
      <ul class="mails">
        ${mails.map(
          (mail) =>
            html`<li>
              <strong>${mail.subject}</strong>to ${mail.to} ·
              <time datetime="${new Date(mail.atMs).toISOString()}">${new Date(mail.atMs).toLocaleTimeString("en-GB")}</time>
              <div class="code">${mail.code}</div>
            </li>`,
        )}
      </ul>`,
  });
}
