"use client";

import { useCallback } from "react";
import useSWR from "swr";
import type { LockView } from "@/lib/shadow/lock-view";

/** A tag of somebody at another machine closes the controls within this time; whoever presses sooner is refused, and then sees the tag. */
const REFRESH_MS = 5_000;

/** The lock-out tags of the viewer's sites, one request for every control on the page. */
export function useLocks(isWanted = true) {
  const { data, mutate } = useSWR<{ locks: LockView[] }, unknown>(isWanted ? "/api/locks" : null, {
    refreshInterval: REFRESH_MS,
    dedupingInterval: 2_000,
  });
  const reload = useCallback(() => void mutate(), [mutate]);
  return { locks: data?.locks, reload };
}

/** The tag on one device, null for none to be looked up; null when there is none or it is not known yet (the server refuses in any case). */
export function useLock(thingName: string | null): { lock: LockView | null; reload: () => void } {
  const { locks, reload } = useLocks(thingName !== null);
  return { lock: locks?.find(({ thing }) => thing === thingName) ?? null, reload };
}
