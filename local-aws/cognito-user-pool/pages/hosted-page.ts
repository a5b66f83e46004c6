import { AwsError } from "../../platform/aws-error.ts";
import type { PoolRecord } from "../directory/records.ts";
import { readForm, redirect, type Exchange } from "../http/exchange.ts";
import { isFault, parseAuthorizeRequest, type AuthorizeFault, type AuthorizeRequest } from "../oauth/authorize-request.ts";
import type { UserPools } from "../user-pools.ts";
import { csrfField, isOwnForm } from "./csrf.ts";
import type { Html } from "./html.ts";
import { formTargetOf, sendPage } from "./page.ts";
import type { Message } from "./parts.ts";

/** One visit to a hosted page: the checked request it serves, and how to answer. */
export interface Visit {
  readonly pools: UserPools;
  readonly exchange: Exchange;
  readonly request: AuthorizeRequest;
  /** Empty on GET. */
  readonly form: URLSearchParams;
  /** A link to another hosted page that keeps the request. */
  link(path: string): string;
  show(page: { title: string; body: Html; status?: number }): void;
  /** The hidden field every form must carry. */
  csrf(): Html;
}

/**
 * Opens a hosted page: checks the authorize parameters and, for a form, that our own page sent it.
 * Answers the refusal itself and returns undefined.
 */
export async function openVisit(pools: UserPools, exchange: Exchange): Promise<Visit | undefined> {
  const parsed = parseAuthorizeRequest(exchange.query, pools.directory);
  if (isFault(parsed)) {
    answerFault(exchange, parsed);
    return undefined;
  }
  const form = exchange.method === "POST" ? await readForm(exchange.request) : new URLSearchParams();
  if (exchange.method === "POST" && !isOwnForm(exchange, form, pools.domainOrigin)) {
    redirect(exchange.response, `/error?error=form_expired&${parsed.queryString}`);
    return undefined;
  }
  const isSecure = pools.domainOrigin.startsWith("https:");
  return {
    pools,
    exchange,
    request: parsed,
    form,
    link: (path) => `${path}?${parsed.queryString}`,
    csrf: () => csrfField(exchange, isSecure),
    show: ({ title, body, status = 200 }) => {
      sendPage(exchange.response, { title, body, status, brand: brandOf(parsed.pool), formTargets: [formTargetOf(parsed.redirectUri)] });
    },
  };
}

/** What the pool's people know it by: its name, written as a name. */
export function brandOf(pool: PoolRecord): string {
  return pool.name.charAt(0).toUpperCase() + pool.name.slice(1).replaceAll("-", " ");
}

/** Sends the browser to where a refused authorize request is told. */
export function answerFault(exchange: Exchange, fault: AuthorizeFault): void {
  if (fault.at === "redirect") {
    redirect(exchange.response, fault.location);
    return;
  }
  const clientId = exchange.query.get("client_id") ?? "";
  redirect(exchange.response, `/error?${new URLSearchParams({ error: fault.error, client_id: clientId.slice(0, 128) }).toString()}`);
}

/** What a person reads for a refusal of the API; anything but an AwsError is a fault of ours and thrown on. */
export function toMessage(error: unknown, words: OwnWords = OWN_WORDS): Message {
  if (!(error instanceof AwsError)) throw error;
  return { tone: "bad", text: error.message, ...words[error.code] };
}

/** What is said in place of AWS's message, by its code. */
export type OwnWords = Readonly<Record<string, Pick<Message, "text" | "about">>>;

/** AWS's messages are written for programs; these are said to people. Codes that are not here keep AWS's words. */
export const OWN_WORDS: OwnWords = {
  CodeMismatchException: { text: "That is not the code we sent. Check it, or ask for another below.", about: ["code"] },
  ExpiredCodeException: { text: "This code can no longer be used. Ask for another below.", about: ["code"] },
  LimitExceededException: { text: "Too many tries. Wait a few minutes, then try again." },
  InvalidPasswordException: { text: "That password is too weak. What it must have stands below it.", about: ["password", "new_password"] },
  UsernameExistsException: { text: "This name is taken. Choose another, or sign in if it is yours.", about: ["username"] },
  AliasExistsException: { text: "There is an account with this address already. Sign in with it instead.", about: ["attribute.email"] },
};
