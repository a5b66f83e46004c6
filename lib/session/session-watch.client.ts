import "client-only";
import { steadyNowMs } from "../platform/clock.ts";
import { parseSessionMessage, SESSION_CHANNEL } from "./session-channel.ts";
import { isLeaving } from "./sign-in.client.ts";
import { askSite } from "./site-api.client.ts";

/** The page itself was made for this session a moment ago, and has more urgent things to load. */
const FIRST_LOOK_AFTER_MS = 5_000;
const LOOK_EVERY_MS = 60_000;
const LOOK_TIMEOUT_MS = 10_000;
/** A page that comes back waits no longer than this for the server's word. */
const CHECK_MS_MAX = 3_000;

/** Why a page's session is over: this person signed out in some tab, the server ended it, or the browser is somebody else's now. */
export type SessionEnd = "signed-out" | "expired" | "other-viewer";

/** When the session ends if it is not used. Epoch ms, server clock; `readAtMs` is this machine's steady one. */
export interface SessionTimes {
  expiresAtMs: number;
  serverTimeMs: number;
  readAtMs: number;
}

export interface SessionWatchOptions {
  /** The subject this page was made for. */
  sub: string;
  /** Called once, when this page's session is over or has become somebody else's. */
  onEnded: (why: SessionEnd) => void;
  /** Called after every look that found the session going on. */
  onTimes: (times: SessionTimes) => void;
}

export interface SessionWatch {
  /** Asks the server now. */
  look: () => Promise<void>;
  detach: () => void;
}

/**
 * Notices within two seconds that another tab signed out or signed in as somebody else, and at the next look when this tab was frozen, came
 * back from the back/forward cache, or the session ended on the server.
 */
export function watchSession({ sub, onEnded, onTimes }: SessionWatchOptions): SessionWatch {
  const channel = new BroadcastChannel(SESSION_CHANNEL);
  const stopped = new AbortController();
  const { signal } = stopped;
  let looking: Promise<void> | null = null;
  const end = (why: SessionEnd) => {
    if (signal.aborted) return;
    detach();
    onEnded(why);
  };
  const lookAnew = async () => {
    const found = await askWhose(signal);
    // A tab that is signing out itself hears the outcome from its own sign-out.
    if (found === undefined || signal.aborted || isLeaving()) return;
    if (found === "nobody") end("expired");
    else if (found.sub === sub) onTimes(found);
    else end("other-viewer");
  };
  /** Becoming visible, being focused and being shown are one event to a person, and one look. */
  const look = () => (looking ??= lookAnew().finally(() => (looking = null)));
  const lookSoon = () => {
    if (document.visibilityState === "visible") void look();
  };
  // As it was when it was put away: nobody may see that before it is known whose it is (app/globals.css). A look begun before that knows nothing.
  const lookUnseen = () => {
    const { dataset } = document.documentElement;
    dataset.session = "checking";
    const show = () => delete dataset.session;
    const timer = setTimeout(show, CHECK_MS_MAX);
    void lookAnew().then(() => {
      // When it has ended the page is on its way elsewhere.
      if (signal.aborted) return;
      clearTimeout(timer);
      show();
    });
  };
  const first = setTimeout(() => void look(), FIRST_LOOK_AFTER_MS);
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    const message = parseSessionMessage(data);
    if (message?.type === "signed-out") end("signed-out");
    else if (message?.type === "signed-in" && message.sub !== sub) end("other-viewer");
  });
  document.addEventListener("visibilitychange", lookSoon, { signal });
  document.addEventListener("resume", lookUnseen, { signal });
  window.addEventListener("pageshow", ({ persisted }) => persisted && lookUnseen(), { signal });
  window.addEventListener("focus", lookSoon, { signal });
  const detach = () => {
    stopped.abort();
    clearTimeout(first);
    clearInterval(timer);
    channel.close();
  };
  return { look, detach };
}

/** Undefined when the server gave no clear answer: not knowing is not being signed out. */
async function askWhose(signal: AbortSignal): Promise<"nobody" | (SessionTimes & { sub: string }) | undefined> {
  try {
    const response = await askSite("/api/session", { signal: AbortSignal.any([signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)]) });
    if (response.status === 401) return "nobody";
    if (!response.ok) return undefined;
    return { ...((await response.json()) as { sub: string; expiresAtMs: number; serverTimeMs: number }), readAtMs: steadyNowMs() };
  } catch {
    return undefined;
  }
}
