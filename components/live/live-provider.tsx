"use client";

import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { announceSession } from "@/lib/credentials/session-channel.client";
import type { ThingsPage } from "@/lib/fleet/thing";
import { createLiveSession, type LiveSession } from "@/lib/telemetry/live-session.client";
import { prepareLiveWorker, startLiveWorker } from "@/lib/telemetry/start-live-worker.client";

const LiveContext = createContext<LiveSession | null>(null);

/** The live session of this tab; null on the server and before the first effect. */
export function useLiveSession(): LiveSession | null {
  return useContext(LiveContext);
}

interface LiveProviderProps {
  readonly children: ReactNode;
  /** Who is signed in: when another tab signs in as somebody else, this one closes its socket and forgets its data. */
  readonly viewerSub: string;
}

/** Keeps the one session outside React: it begins and ends with effects, and components only read it. */
function createSessionHolder() {
  // Effects run when the whole page is hydrated; the worker's code is half of the way to the first value and need not wait for it.
  prepareLiveWorker();
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
    open: (viewerSub: string) => {
      const opened = createLiveSession({ viewerSub, startWorker: startLiveWorker });
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
  useEffect(() => {
    announceSession({ type: "signed-in", sub: viewerSub });
    return holder.open(viewerSub);
  }, [holder, viewerSub]);
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
    const controller = new AbortController();
    fetch("/api/things?limit=1", { signal: controller.signal, cache: "no-store" })
      .then(async (response) => (response.ok ? ((await response.json()) as ThingsPage) : null))
      .then((page) => {
        if (page) session.setSiteLoads(page.siteLoads);
      })
      .catch(() => undefined);
    return () => controller.abort();
  }, [session]);
  return null;
}
