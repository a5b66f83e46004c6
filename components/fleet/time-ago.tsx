"use client";

import { useServerNow } from "@/components/live/use-thing-live";
import { usePreferences } from "@/components/shell/preferences-provider";
import { Tooltip } from "@/components/ui/tooltip";
import { agoWords, durationWords, exactWords, isNameableTime } from "./time-words";

interface TimeAgoProps {
  readonly atMs: number;
  /** "3 s" instead of "3 s ago". */
  readonly isBare?: boolean;
  /** In dense rows the exact time is a title; elsewhere it opens on hover and focus. */
  readonly isPlain?: boolean;
  readonly className?: string;
}

/** How long ago, ticking; the exact moment on hover and focus. */
export function TimeAgo({ atMs, isBare = false, isPlain = false, className }: TimeAgoProps) {
  const nowMs = useServerNow(1000);
  const { clock } = usePreferences();
  if (!isNameableTime(atMs) || nowMs === 0) return <span className={className}>–</span>;
  const words = isBare ? durationWords(nowMs - atMs) : agoWords(atMs, nowMs);
  const exact = exactWords(atMs, clock);
  const time = (
    <time dateTime={new Date(atMs).toISOString()} title={isPlain ? exact : undefined} className={className}>
      {words}
    </time>
  );
  return isPlain ? (
    time
  ) : (
    <Tooltip tip={exact} isFocusable>
      {time}
    </Tooltip>
  );
}
