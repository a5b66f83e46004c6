"use client";

import { useEffect, useState } from "react";

/** The first values have network and server to themselves for so long. */
const REST_AFTER_MS = 2_000;
/** A page whose link does not come up comes to rest all the same. */
const REST_AT_LAST_MS = 6_000;

/** Whether the page has come to rest: what may be needed later is fetched from then on, while the server can be reached. */
export function useIsAtRest(isLive: boolean): boolean {
  const [isAtRest, setIsAtRest] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsAtRest(true), isLive ? REST_AFTER_MS : REST_AT_LAST_MS);
    return () => clearTimeout(timer);
  }, [isLive]);
  return isAtRest;
}

/** Loads code that is needed later once the page is at rest; `loads` must be one and the same list at every rendering. */
export function useLoadAtRest(isAtRest: boolean, loads: readonly (() => Promise<unknown>)[]): void {
  useEffect(() => {
    if (isAtRest) for (const load of loads) void load().catch(() => undefined);
  }, [isAtRest, loads]);
}
