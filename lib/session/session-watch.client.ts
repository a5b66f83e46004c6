import "client-only";
import { parseSessionMessage, SESSION_CHANNEL } from "./session-channel.ts";
import { isLeaving } from "./sign-in.client.ts";

const LOOK_EVERY_MS = 60_000;
/** A page that comes back waits no longer than this for the server's word. */
const CHECK_MS_MAX = 3_000;

export interface SessionWatchOptions {
  /** The subject this page was made for. */
  sub: string;
  /** Called once, when this page's session is over or has become somebody else's. */
  onEnded: (reason: "signed-out" | "another-person") => void;
}

/**
 * Notices within two seconds that another tab signed out or signed in as somebody else, and at the next look when this tab was frozen, came
 * back from the back/forward cache, or the session ended on the server. Returns the detach.
 */
export function watchSession({ sub, onEnded }: SessionWatchOptions): () => void {
  const channel = new BroadcastChannel(SESSION_CHANNEL);
  const stopped = new AbortController();
  const end = (reason: "signed-out" | "another-person") => {
    if (stopped.signal.aborted || isLeaving()) return;
    detach();
    onEnded(reason);
  };
  const look = async () => {
    const found = await lookAtSession(stopped.signal);
    if (found === "signed-out") end("signed-out");
    else if (found !== undefined && found.sub !== sub) end("another-person");
  };
  const lookSoon = () => {
    if (document.visibilityState === "visible") void look();
  };
  // As it was when it was put away: nobody may see that before it is known whose it is (app/globals.css).
  const lookUnseen = () => {
    const { dataset } = document.documentElement;
    dataset.session = "checking";
    const show = () => delete dataset.session;
    const timer = setTimeout(show, CHECK_MS_MAX);
    void look().then(() => {
      // When it has ended the page is on its way elsewhere.
      if (stopped.signal.aborted) return;
      clearTimeout(timer);
      show();
    });
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    const message = parseSessionMessage(data);
    if (message?.type === "signed-out") end("signed-out");
    else if (message?.type === "signed-in" && message.sub !== sub) end("another-person");
  });
  const { signal } = stopped;
  document.addEventListener("visibilitychange", lookSoon, { signal });
  document.addEventListener("resume", lookUnseen, { signal });
  window.addEventListener("pageshow", ({ persisted }) => (persisted ? lookUnseen() : lookSoon()), { signal });
  window.addEventListener("focus", lookSoon, { signal });
  const detach = () => {
    stopped.abort();
    clearInterval(timer);
    channel.close();
  };
  return detach;
}

/** Undefined when the server gave no clear answer: not knowing is not being signed out. */
async function lookAtSession(signal: AbortSignal): Promise<"signed-out" | { sub: string } | undefined> {
  try {
    const response = await fetch("/api/session", { cache: "no-store", signal });
    if (response.status === 401) return "signed-out";
    return response.ok ? ((await response.json()) as { sub: string }) : undefined;
  } catch {
    return undefined;
  }
}
