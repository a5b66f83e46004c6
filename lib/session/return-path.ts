const LENGTH_MAX = 2_000;

/** Where to go when nowhere better is known. */
export const HOME_PATH = "/";

/**
 * The path inside this origin that a `callbackUrl` names, or `/` when it names anything else: another origin, credentials, a scheme,
 * backslashes or control characters that some browser would read as another host (HAZARDS B09, B10).
 */
export function safeReturnPath(value: unknown, appOrigin: string): string {
  if (typeof value !== "string" || value.length === 0 || value.length > LENGTH_MAX || hasUnsafeCharacter(value)) return HOME_PATH;
  if (!value.startsWith("/") && !value.startsWith(`${appOrigin}/`)) return HOME_PATH;
  if (!URL.canParse(value, appOrigin)) return HOME_PATH;
  const url = new URL(value, appOrigin);
  if (url.origin !== appOrigin || url.username !== "" || url.password !== "") return HOME_PATH;
  if (url.pathname.startsWith("//") || /^\/(?:api|sign-in)(?:\/|$)/.test(url.pathname)) return HOME_PATH;
  return `${url.pathname}${url.search}${url.hash}`;
}

/** Backslash, white space and control characters, as they stand or percent-encoded. */
function hasUnsafeCharacter(value: string): boolean {
  for (const character of value) {
    const point = character.codePointAt(0) ?? 0;
    if (point <= 0x20 || point === 0x5c || (point >= 0x7f && point <= 0xa0)) return true;
  }
  return /%(?:0[0-9a-d]|00|5c)/i.test(value.split("?")[0] ?? "") || /%0[0ad]/i.test(value);
}
