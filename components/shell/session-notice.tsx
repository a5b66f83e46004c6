"use client";

import { TimerReset } from "lucide-react";
import { useState } from "react";
import { errorWords, readJson } from "@/lib/session/site-api.client";
import { useWatchedSession } from "@/components/session/session-guard";
import { durationWords } from "@/components/fleet/time-words";
import { Button } from "@/components/ui/button";
import { buttonClass } from "@/components/ui/button-class";
import { Banner } from "@/components/ui/states";
import { toasts } from "@/components/ui/toast-store";
import { useLocalNow } from "./use-local-now";

const NOTICE_BEFORE_MS = 10 * 60_000;
const REDRAW_MS = 15_000;

/** Looking does not keep a session alive; any other request of the viewer's does. */
const STAY_URL = "/api/sessions";

/** Comes ten minutes before the session ends: stay, where staying is still possible, or sign in again and come back here. */
export function SessionNotice() {
  const { times, look } = useWatchedSession();
  const [hasTried, setHasTried] = useState(false);
  const nowMs = useLocalNow(REDRAW_MS);
  if (!times || nowMs === 0) return null;
  const leftMs = times.expiresAtMs - times.serverTimeMs - (nowMs - times.readAtMs);
  if (leftMs > NOTICE_BEFORE_MS || leftMs <= 0) {
    // Staying has helped, or there is nothing to stay in: the next notice is another matter.
    if (hasTried) setHasTried(false);
    return null;
  }
  const stay = async () => {
    await readJson(STAY_URL).catch((error: unknown) => toasts.show({ title: errorWords(error), tone: "alarm" }));
    await look();
    setHasTried(true);
  };
  return (
    <Banner
      tone="caution"
      role="status"
      icon={<TimerReset className="text-quiet size-4" />}
      isFullWidth
      actions={
        hasTried ? (
          <a
            className={buttonClass("plain", "small")}
            href={`/sign-in?callbackUrl=${encodeURIComponent(`${location.pathname}${location.search}`)}`}
          >
            Sign in again
          </a>
        ) : (
          <Button size="small" onClick={() => void stay()}>
            Stay signed in
          </Button>
        )
      }
    >
      <span className="font-medium">Your session ends in {leftMs < 60_000 ? "less than a minute" : durationWords(leftMs)}.</span>{" "}
      <span className="text-ink-2">
        {hasTried ? "It has reached its longest time. Sign in again and you come back to this page." : "Values go on until then."}
      </span>
    </Banner>
  );
}
