"use client";

import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { SWRConfig, type SWRConfiguration } from "swr";
import { readJson, retryDelayMs } from "@/lib/session/site-api.client";
import { LiveProvider } from "@/components/live/live-provider";
import { SessionGuard } from "@/components/session/session-guard";
import { Toaster } from "@/components/ui/toaster";
import type { ViewerSummary } from "@/lib/session/viewer";
import type { Preferences } from "./preferences";
import { PreferencesProvider } from "./preferences-provider";
import { createRequestCache } from "./request-cache";
import { ViewerProvider } from "./viewer-provider";

interface DeckProvidersProps {
  readonly viewer: ViewerSummary;
  readonly preferences: Preferences;
  readonly children: ReactNode;
}

const SWR_SETTINGS: SWRConfiguration = {
  provider: () => createRequestCache(),
  fetcher: readJson,
  keepPreviousData: true,
  revalidateOnFocus: false,
  dedupingInterval: 1000,
  onErrorRetry: (error, ...[, , revalidate, { retryCount }]) => {
    const delayMs = retryDelayMs(error, retryCount);
    if (delayMs !== null) setTimeout(() => void revalidate({ retryCount }), delayMs);
  },
};

/** What every signed-in page stands on: the viewer, this browser's preferences, the one live connection, the URL and the request cache. */
export function DeckProviders({ viewer, preferences, children }: DeckProvidersProps) {
  return (
    <PreferencesProvider initial={preferences}>
      <ViewerProvider viewer={viewer}>
        <NuqsAdapter>
          <SWRConfig value={SWR_SETTINGS}>
            <LiveProvider viewerSub={viewer.sub}>
              <SessionGuard sub={viewer.sub}>{children}</SessionGuard>
            </LiveProvider>
            <Toaster />
          </SWRConfig>
        </NuqsAdapter>
      </ViewerProvider>
    </PreferencesProvider>
  );
}
