"use client";

import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { readSiteLoads } from "@/lib/fleet/first-reads.client";
import { createLiveSession, type LiveSession } from "@/lib/telemetry/live-session.client";
import { startLiveWorker } from "@/lib/telemetry/start-live-worker.client";

const LiveContext = createContext<LiveSession | null>(null);

/** The live session of this tab; null on the server and before the first effect. */
export function useLiveSession(): LiveSession | null {
  return useContext(LiveContext);
}

interface LiveProviderProps {
  readonly children: ReactNode;
  /** Who is signed in: for somebody else a connection of its own begins, with nothing of the former's in it. */
  readonly viewerSub: string;
}

/** Keeps the one session outside React: it begins and ends with effects, and components only read it. */
function createSessionHolder() {
  let session: LiveSession | null = null;
  const listeners = new Set<() => void>();
  const set = (next: LiveSession | null): void => {
    session = next;
    for (const listener of listeners) listener();
  };
  return {
    get: () => session,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: (sub: string) => {
      const opened = createLiveSession({ startWorker: (onMessage) => startLiveWorker(sub, onMessage) });
      set(opened);
      return () => {
        set(null);
        opened.close();
      };
    },
  };
}

/** Holds this tab's one live connection; mount it once around everything signed in. Unmounting closes the socket and wipes the data. */
export function LiveProvider({ children, viewerSub }: LiveProviderProps) {
  const [holder] = useState(createSessionHolder);
  const session = useSyncExternalStore(holder.subscribe, holder.get, () => null);
  useEffect(() => holder.open(viewerSub), [holder, viewerSub]);
  return (
    <LiveContext value={session}>
      <SiteLoads session={session} />
      {children}
    </LiveContext>
  );
}

/** Tells the subscription planner what whole sites would cost; without an answer it subscribes thing by thing. */
function SiteLoads({ session }: { readonly session: LiveSession | null }) {
  useEffect(() => {
    if (!session) return undefined;
    let isOver = false;
    void readSiteLoads().then((loads) => {
      if (!isOver && loads.length > 0) session.setSiteLoads(loads);
    });
    return () => {
      isOver = true;
    };
  }, [session]);
  return null;
}
