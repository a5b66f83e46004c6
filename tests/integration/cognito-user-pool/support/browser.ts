/** A browser without scripts: follows redirects by hand, keeps cookies per origin, fills in forms. */
export interface Browser {
  readonly page: Page;
  goto(url: string): Promise<Page>;
  /** Submits the page's form (the one whose action contains `action`) with its hidden fields and `values`. */
  submit(values: Record<string, string>, action?: string): Promise<Page>;
  cookies(origin: string): ReadonlyMap<string, string>;
  setCookie(origin: string, name: string, value: string): void;
}

export interface Page {
  /** Where the browser stopped: a page, or a redirect to `stopAt`. */
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Stops before visiting an origin in `stopAt`, as a test that plays the application needs. */
export function createBrowser(stopAt: readonly string[] = ["http://localhost:3999"]): Browser {
  const jars = new Map<string, Map<string, string>>();
  let page: Page = { url: "about:blank", status: 0, headers: new Headers(), text: "" };
  const jar = (origin: string) => {
    const known = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, known);
    return known;
  };
  const visit = async (url: string, init: RequestInit = {}): Promise<Page> => {
    const { origin } = new URL(url);
    if (stopAt.includes(origin)) {
      page = { url, status: 0, headers: new Headers(), text: "" };
      return page;
    }
    const cookie = [...jar(origin)].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, redirect: "manual", headers: { ...(init.headers as Record<string, string>), cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      if (/max-age=0\b|expires=thu, 01 jan 1970/i.test(line)) jar(origin).delete(pair.slice(0, at));
      else jar(origin).set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = response.headers.get("location");
    if (location !== null) return visit(new URL(location, url).href);
    page = { url, status: response.status, headers: response.headers, text: await response.text() };
    return page;
  };
  return {
    get page() {
      return page;
    },
    goto: (url) => visit(url),
    cookies: (origin) => jar(origin),
    setCookie: (origin, name, value) => void jar(origin).set(name, value),
    submit: (values, action = "") => {
      const form = [...page.text.matchAll(/<form[^>]*action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].find(([, target = ""]) =>
        unescape(target).includes(action),
      );
      if (form === undefined)
        throw new Error(`no form with action ${action} on ${page.url}: ${page.text.replaceAll(/<style.*?<\/style>/gs, "").slice(0, 2000)}`);
      const [, target = "", content = ""] = form;
      const hidden = [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name = "", value = ""]) => [
        name,
        unescape(value),
      ]);
      const body = new URLSearchParams({ ...(Object.fromEntries(hidden) as Record<string, string>), ...values });
      const url = new URL(unescape(target), page.url);
      return visit(url.href, { method: "POST", body, headers: { origin: url.origin, "sec-fetch-site": "same-origin" } });
    },
  };
}

function unescape(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
