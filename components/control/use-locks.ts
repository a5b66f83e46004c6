"use client";

import useSWR from "swr";
import type { LockView } from "@/lib/shadow/lock-view";

const REFRESH_MS = 20_000;

/** The lock-out tags of the viewer's sites, one request for every control on the page. */
export function useLocks(isWanted = true) {
  const { data, mutate } = useSWR<{ locks: LockView[] }, unknown>(isWanted ? "/api/locks" : null, {
    refreshInterval: REFRESH_MS,
    dedupingInterval: 5_000,
  });
  return { locks: data?.locks, reload: () => void mutate() };
}

/** The tag on one device, null for none to be looked up; null when there is none or it is not known yet (the server refuses in any case). */
export function useLock(thingName: string | null): { lock: LockView | null; reload: () => void } {
  const { locks, reload } = useLocks(thingName !== null);
  return { lock: locks?.find(({ thing }) => thing === thingName) ?? null, reload };
}
