import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readCookie, setCookie, type Exchange } from "../http/exchange.ts";
import { html, type Html } from "./html.ts";

const COOKIE = "cognito-form";
const KEY = randomBytes(32);

/** Ties every form to the browser that got it: an HttpOnly cookie and its keyed digest in a hidden field. */
export function csrfField({ request, response }: Exchange, isSecure: boolean): Html {
  const known = readCookie(request, COOKIE);
  const value = known !== undefined && /^[\w-]{43}$/.test(known) ? known : randomBytes(32).toString("base64url");
  if (value !== known) setCookie(response, COOKIE, value, { isSecure, maxAgeSeconds: 3600 });
  return html`<input type="hidden" name="_csrf" value="${digestOf(value)}" />`;
}

/** True for a form our own page sent from this browser. */
export function isOwnForm({ request }: Exchange, form: URLSearchParams, origin: string): boolean {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return false;
  if (request.headers.origin !== undefined && request.headers.origin !== origin) return false;
  const cookie = readCookie(request, COOKIE);
  const sent = Buffer.from(form.get("_csrf") ?? "");
  const expected = Buffer.from(cookie === undefined ? "" : digestOf(cookie));
  return expected.length > 0 && sent.length === expected.length && timingSafeEqual(sent, expected);
}

function digestOf(cookie: string): string {
  return createHmac("sha256", KEY).update(cookie).digest("base64url");
}
