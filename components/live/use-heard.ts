"use client";

import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { readJson } from "@/lib/session/site-api.client";
import { type HeardStates, NOTHING_HEARD } from "@/lib/telemetry/heard-states";
import { useLiveSession } from "./live-provider";

const NO_UNDO = (): void => undefined;

/** What this screen hears of the fleet beyond the server's index; looked over every few seconds while mounted. */
export function useHeard(): HeardStates {
  const heard = useLiveSession()?.heard;
  const subscribe = useCallback((listener: () => void) => heard?.subscribe(listener) ?? NO_UNDO, [heard]);
  return useSyncExternalStore(
    subscribe,
    () => heard?.read() ?? NOTHING_HEARD,
    () => NOTHING_HEARD,
  );
}

/** How many of these sites' things this screen listens to; of all sites when none is named. */
export function heardCount({ countBySite }: HeardStates, sites: readonly string[]): number {
  return [...countBySite].reduce((sum, [site, count]) => (sites.length === 0 || sites.includes(site) ? sum + count : sum), 0);
}

/**
 * Reads GET /api/things with what this screen hears told to the server, so that counts, filters and order agree with the rows. The
 * verdicts are no part of the cache's key: a wall screen would fill the cache with them.
 */
export function useHeardFetcher<Page>(): (url: string) => Promise<Page> {
  const heard = useLiveSession()?.heard;
  return useCallback(
    (url: string) => {
      const verdicts = heard?.read().verdicts ?? "";
      return readJson<Page>(verdicts === "" ? url : `${url}&heard=${encodeURIComponent(verdicts)}`);
    },
    [heard],
  );
}

/** Calls `reread` after what this screen hears has changed. */
export function useOnHeardChange(reread: () => void): void {
  const { verdicts } = useHeard();
  const told = useRef(verdicts);
  const latest = useRef(reread);
  useEffect(() => {
    latest.current = reread;
  });
  useEffect(() => {
    if (told.current === verdicts) return;
    told.current = verdicts;
    latest.current();
  }, [verdicts]);
}
