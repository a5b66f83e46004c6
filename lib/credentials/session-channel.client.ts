import "client-only";

/** The one channel on which the tabs of a browser tell each other who is signed in. */
const CHANNEL = "thingdeck:session";

/** What a tab tells the others. */
export type SessionNews = { type: "signed-out" } | { type: "signed-in"; sub: string };

function parseNews(data: unknown): SessionNews | null {
  if (typeof data !== "object" || data === null || !("type" in data)) return null;
  if (data.type === "signed-out") return { type: "signed-out" };
  return data.type === "signed-in" && "sub" in data && typeof data.sub === "string" ? { type: "signed-in", sub: data.sub } : null;
}

/** Tells the other tabs; call it with `signed-out` before the sign-out request, so that their sockets close first. */
export function announceSession(news: SessionNews): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(news);
  channel.close();
}

/** Hears what other tabs announce; returns its undo. */
export function onSessionNews(listener: (news: SessionNews) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const news = parseNews(data);
    if (news) listener(news);
  };
  return () => channel.close();
}

/** Who this browser is signed in as now, for a tab that may have slept through the news: a sub, null when nobody, undefined when it cannot be told. */
export async function fetchSessionSub(fetchSession: typeof fetch = fetch): Promise<string | null | undefined> {
  try {
    const response = await fetchSession("/api/session", {
      cache: "no-store",
      credentials: "same-origin",
      signal: AbortSignal.timeout(10_000),
    });
    if (response.status === 401) return null;
    const body: unknown = response.ok ? await response.json() : null;
    return typeof body === "object" && body !== null && "sub" in body && typeof body.sub === "string" ? body.sub : undefined;
  } catch {
    return undefined;
  }
}
