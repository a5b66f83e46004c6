import type { Exchange } from "../http/exchange.ts";
import { isFault, parseAuthorizeRequest } from "../oauth/authorize-request.ts";
import type { UserPools } from "../user-pools.ts";
import { html } from "./html.ts";
import { sendPage } from "./page.ts";

interface Explanation {
  readonly title: string;
  readonly text: string;
}

const UNKNOWN: Explanation = {
  title: "Something went wrong",
  text: "The sign-in could not go on. Go back to the application and start again.",
};

/** Fixed sentences by error code: nothing a caller wrote is shown. */
const EXPLANATIONS: ReadonlyMap<string, Explanation> = new Map([
  [
    "redirect_mismatch",
    {
      title: "Sign-in link not recognised",
      text: "The application asked to come back to an address that is not registered for it (redirect_mismatch). Its administrator must add the address to the app client.",
    },
  ],
  [
    "invalid_client",
    { title: "Application not recognised", text: "No app client has this id (invalid_client), or its user pool has no domain." },
  ],
  ["unauthorized_client", { title: "Sign-in not enabled", text: "This app client may not use the sign-in pages (unauthorized_client)." }],
  [
    "invalid_request",
    {
      title: "Sign-in link not complete",
      text: "The link that led here lacks something or says something twice (invalid_request). Go back to the application and start again.",
    },
  ],
  [
    "form_expired",
    { title: "This page was open too long", text: "For your safety the form can no longer be used. Start again; nothing was sent." },
  ],
  [
    "idp_failed",
    { title: "Your provider did not answer", text: "The sign-in with your provider could not be completed. Try again in a moment." },
  ],
  ["server_error", { title: "Something went wrong here", text: "The user pool could not finish this request. Try again in a moment." }],
]);

/** GET /error. */
export function handleErrorPage(pools: UserPools, { query, response }: Exchange): void {
  const request = parseAuthorizeRequest(query, pools.directory);
  showError(response, EXPLANATIONS.get(query.get("error") ?? "") ?? UNKNOWN, 400, isFault(request) ? undefined : request.queryString);
}

export function showNotFound(response: Exchange["response"]): void {
  showError(response, { title: "Page not found", text: "This address leads nowhere." }, 404);
}

export function showServerError(response: Exchange["response"]): void {
  showError(response, EXPLANATIONS.get("server_error") ?? UNKNOWN, 500);
}

function showError(response: Exchange["response"], explanation: Explanation, status: number, queryString?: string): void {
  sendPage(response, {
    title: explanation.title,
    brand: "Sign in",
    status,
    body: html`<h1>${explanation.title}</h1>
      <p class="lead">${explanation.text}</p>
      ${queryString !== undefined && html`<a class="button" href="/login?${queryString}">Start again</a>`}`,
  });
}
