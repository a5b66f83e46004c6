"use client";

import { KeyRound } from "lucide-react";
import { clockWords, durationWords } from "@/components/fleet/time-words";
import { useKeysOutlook } from "@/components/live/use-connection";
import { useServerNow } from "@/components/live/use-thing-live";
import { Banner } from "@/components/ui/states";
import type { KeysOutlook } from "@/lib/connection/connection-state";
import { usePreferences } from "./preferences-provider";

/** Keys are renewed five to six minutes before their end: what failed long before is tried again without a word. */
const NOTICE_BEFORE_MS = 10 * 60_000;

/** While the sign-in's provider does not answer: values go on, and this says how long a lost connection could still come back. */
export function KeysNotice() {
  const outlook = useKeysOutlook();
  return outlook && <Countdown outlook={outlook} />;
}

function Countdown({ outlook }: { readonly outlook: KeysOutlook }) {
  const nowMs = useServerNow(1000);
  const { clock } = usePreferences();
  if (nowMs === 0) return null;
  const leftMs = outlook.endAtMs - nowMs;
  if (leftMs > NOTICE_BEFORE_MS) return null;
  const endWords = clockWords(outlook.endAtMs, clock);
  return (
    <Banner tone="caution" role="status" icon={<KeyRound className="text-quiet size-4" />} isFullWidth>
      <span className="font-medium">
        {leftMs <= 0 ? (
          `Your access keys ended at ${endWords} and cannot be renewed just now.`
        ) : (
          <>
            Your access keys cannot be renewed just now.
            {/* The figure ticks; a screen reader is told the hour, once. */}
            <span aria-hidden> They end in {durationWords(leftMs)}.</span>
            <span className="sr-only"> They end at {endWords}.</span>
          </>
        )}
      </span>{" "}
      <span className="text-ink-2">{outlook.sentence} Values go on while this connection lasts, and it is tried again by itself.</span>
    </Banner>
  );
}
