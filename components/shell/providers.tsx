"use client";

import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { SWRConfig } from "swr";
import { fetchJson } from "@/components/fleet/fetch-json";
import { LiveProvider } from "@/components/live/live-provider";
import { Toaster } from "@/components/ui/toaster";
import type { ViewerSummary } from "@/lib/session/viewer";
import type { Preferences } from "./preferences";
import { PreferencesProvider } from "./preferences-provider";
import { ViewerProvider } from "./viewer-provider";

interface DeckProvidersProps {
  readonly viewer: ViewerSummary;
  readonly preferences: Preferences;
  readonly children: ReactNode;
}

const SWR_SETTINGS = { fetcher: fetchJson, keepPreviousData: true, revalidateOnFocus: false, errorRetryCount: 5, dedupingInterval: 1000 };

/** What every signed-in page stands on: the viewer, this browser's preferences, the one live connection, the URL and the request cache. */
export function DeckProviders({ viewer, preferences, children }: DeckProvidersProps) {
  return (
    <PreferencesProvider initial={preferences}>
      <ViewerProvider viewer={viewer}>
        <NuqsAdapter>
          <SWRConfig value={SWR_SETTINGS}>
            <LiveProvider>{children}</LiveProvider>
            <Toaster />
          </SWRConfig>
        </NuqsAdapter>
      </ViewerProvider>
    </PreferencesProvider>
  );
}
