"use client";

import { useState } from "react";
import { minuteWords } from "@/components/fleet/time-words";
import { useServerNow } from "@/components/live/use-thing-live";
import { usePreferences } from "@/components/shell/preferences-provider";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";

const MINUTE_MS = 60_000;
export const QUEUE_CHOICES = [
  { ms: 15 * MINUTE_MS, words: "15 min" },
  { ms: 60 * MINUTE_MS, words: "1 h" },
  { ms: 8 * 60 * MINUTE_MS, words: "8 h" },
  { ms: 24 * 60 * MINUTE_MS, words: "24 h" },
  { ms: 7 * 24 * 60 * MINUTE_MS, words: "7 d" },
] as const;

interface OfflineChoiceProps {
  readonly onQueue: (expiresAtMs: number) => void;
  readonly onCancel: () => void;
}

/** The device is offline: queue the change until a stated time, or leave it. */
export function OfflineChoice({ onQueue, onCancel }: OfflineChoiceProps) {
  const [waitMs, setWaitMs] = useState<number>(QUEUE_CHOICES[0].ms);
  const nowMs = useServerNow(10_000);
  const { clock } = usePreferences();
  return (
    <span className="mt-1.5 flex flex-wrap items-center gap-2">
      <Select aria-label="Queue for" value={waitMs} onChange={(event) => setWaitMs(Number(event.target.value))} className="w-22">
        {QUEUE_CHOICES.map(({ ms, words }) => (
          <option key={ms} value={ms}>
            {words}
          </option>
        ))}
      </Select>
      <Button size="small" tone="primary" onClick={() => onQueue(Math.round(nowMs + waitMs))}>
        Queue until {nowMs === 0 ? "then" : minuteWords(nowMs + waitMs, nowMs, clock)}
      </Button>
      <Button size="small" onClick={onCancel}>
        Cancel
      </Button>
    </span>
  );
}
