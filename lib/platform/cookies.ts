/**
 * `__Host-` binds a cookie to this very host, path `/` and Secure: a sibling subdomain cannot plant one. Chromium and Firefox take Secure
 * cookies on http://localhost too, so one set of names serves the laptop and the deployment.
 */
export const SESSION_COOKIE = "__Host-thingdeck.session";
export const CSRF_COOKIE = "__Host-thingdeck.csrf";
export const CALLBACK_URL_COOKIE = "__Host-thingdeck.callback-url";
export const STATE_COOKIE = "__Host-thingdeck.state";
export const PKCE_COOKIE = "__Host-thingdeck.pkce";
/** Says for a minute that its holder has just signed out; it proves nothing. */
export const SIGNED_OUT_COOKIE = "__Host-thingdeck.signed-out";
export const NONCE_COOKIE = "__Host-thingdeck.nonce";

/** The value of one cookie by exact name; a name sent twice is nobody's, so it counts as absent (cookie tossing). */
export function readCookie(header: string | null, name: string): string | undefined {
  const values = (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 && values[0] ? values[0] : undefined;
}
