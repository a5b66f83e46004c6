"use client";

import { useEffect } from "react";
import { BusyRing } from "@/components/ui/button";

const RESTART_AFTER_MS = 10_000;

/** The wall screen failed; it starts again by itself in ten seconds. */
export function WallError({ onRestart }: { readonly onRestart: () => void }) {
  useEffect(() => {
    const timer = setTimeout(onRestart, RESTART_AFTER_MS);
    return () => clearTimeout(timer);
  }, [onRestart]);
  return (
    <main className="grid min-h-dvh place-items-center text-center" role="alert">
      <div>
        <h1 className="text-title flex items-center justify-center gap-3 font-semibold">
          <BusyRing /> This screen failed and starts again
        </h1>
        <p className="text-lead text-ink-2 mt-2">What was on it is not shown, for it may no longer be so.</p>
      </div>
    </main>
  );
}
