"use client";

import { createContext, type ReactNode, useContext, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { useLiveSession } from "@/components/live/live-provider";
import { setPageViewer } from "@/lib/session/page-viewer.client";
import { type SessionEnd, type SessionTimes, type SessionWatch, watchSession } from "@/lib/session/session-watch.client";
import { announce, isLeaving } from "@/lib/session/sign-in.client";

interface SessionGuardProps {
  /** The subject that the surrounding page was rendered for. */
  readonly sub: string;
  readonly children: ReactNode;
}

interface WatchedSession {
  /** Null until the first look. */
  readonly times: SessionTimes | null;
  readonly look: () => Promise<void>;
}

const SessionContext = createContext<WatchedSession>({ times: null, look: () => Promise.resolve() });

/** When the viewer's session ends, as the last look found it. */
export const useWatchedSession = (): WatchedSession => useContext(SessionContext);

/** When the session ends or becomes somebody else's: forgets the fleet's data at once, and leaves the deck with the way back kept. */
export function SessionGuard({ sub, children }: SessionGuardProps) {
  const live = useLiveSession();
  const [times, setTimes] = useState<SessionTimes | null>(null);
  const watch = useRef<SessionWatch>(null);
  const onEnded = useEffectEvent((why: SessionEnd) => {
    live?.end(why);
    // This tab's own sign-out goes to the provider's page.
    if (isLeaving()) return;
    const here = `${location.pathname}${location.search}`;
    location.replace(why === "other-viewer" ? "/" : `/sign-in?error=ended&callbackUrl=${encodeURIComponent(here)}`);
  });
  useEffect(() => {
    setPageViewer(sub);
    announce({ type: "signed-in", sub });
    const watching = watchSession({ sub, onEnded: (why) => onEnded(why), onTimes: setTimes });
    watch.current = watching;
    return watching.detach;
  }, [sub]);
  const value = useMemo(() => ({ times, look: async () => await watch.current?.look() }), [times]);
  return <SessionContext value={value}>{children}</SessionContext>;
}
