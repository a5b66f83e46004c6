"use client";

import { useEffect, useState } from "react";
import { durationWords } from "@/components/fleet/time-words";

/** "12 min" until an instant of the server's clock, counted on from what the server said was left. */
export function TimeLeft({ leftMs, overWords }: { readonly leftMs: number; readonly overWords: string }) {
  const [elapsedMs, setElapsedMs] = useState(0);
  useEffect(() => {
    const startMs = performance.now();
    const timer = setInterval(() => setElapsedMs(performance.now() - startMs), 10_000);
    return () => clearInterval(timer);
  }, []);
  const restMs = leftMs - elapsedMs;
  return <>{restMs > 0 ? durationWords(restMs) : overWords}</>;
}
