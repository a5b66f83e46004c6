"use client";

import { useEffect, useState } from "react";

/** This machine's clock in epoch ms, again every `everyMs` while `isTicking`; 0 until the page is awake. */
export function useLocalNow(everyMs: number, isTicking = true): number {
  const [nowMs, setNowMs] = useState(0);
  useEffect(() => {
    const tick = () => setNowMs(Date.now());
    const first = setTimeout(tick, 0);
    const timer = isTicking ? setInterval(tick, everyMs) : undefined;
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [everyMs, isTicking]);
  return nowMs;
}
