/** A browser as far as HTTP goes: cookies by name, and the headers that a page of the app sends. */
export interface WebClient {
  cookies: Map<string, string>;
  /** One request to the app, cookies kept, no redirect followed. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** A write as a page of the app makes it. */
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Starts a sign-in and returns the provider's address. */
  startSignIn(callbackUrl?: string, query?: string): Promise<string>;
  /** Signs in through the provider, which lets everybody in; returns the last answer (the callback's). */
  signIn(callbackUrl?: string): Promise<Response>;
  signOut(): Promise<Response>;
}

/** `base` is where the server listens, `origin` what it is called (APP_URL). */
export function createWebClient(base: string, origin = base): WebClient {
  const cookies = new Map<string, string>();
  const request: WebClient["request"] = async (path, init = {}) => {
    const headers = new Headers(init.headers);
    if (cookies.size > 0 && !headers.has("cookie")) headers.set("cookie", [...cookies].map((pair) => pair.join("=")).join("; "));
    const response = await fetch(`${base}${path}`, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) keepCookie(cookies, line);
    return response;
  };
  const post: WebClient["post"] = (path, body = {}, headers = {}) =>
    request(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-thingdeck": "1", origin, "sec-fetch-site": "same-origin", ...headers },
      body: JSON.stringify(body),
    });
  const postForm = async (path: string, fields: Record<string, string>) => {
    const { csrfToken } = (await (await request("/api/auth/csrf")).json()) as { csrfToken: string };
    return await request(path, { method: "POST", headers: { origin }, body: new URLSearchParams({ ...fields, csrfToken }) });
  };
  const startSignIn: WebClient["startSignIn"] = async (callbackUrl = "/", query = "") => {
    const started = await postForm(`/api/auth/signin/cognito${query}`, { callbackUrl });
    return started.headers.get("location") ?? "";
  };
  return {
    cookies,
    request,
    post,
    startSignIn,
    async signIn(callbackUrl) {
      const back = await fetch(await startSignIn(callbackUrl), { redirect: "manual" });
      const { pathname, search } = new URL(back.headers.get("location") ?? "", origin);
      return await request(`${pathname}${search}`);
    },
    signOut: () => postForm("/api/auth/signout", { json: "true" }),
  };
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
  const at = pair.indexOf("=");
  const isGone = attributes.some((attribute) => /^max-age=0$/i.test(attribute)) || at === pair.length - 1;
  if (isGone) cookies.delete(pair.slice(0, at));
  else cookies.set(pair.slice(0, at), pair.slice(at + 1));
}
