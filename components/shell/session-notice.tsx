"use client";

import { TimerReset } from "lucide-react";
import { useState } from "react";
import useSWR from "swr";
import { fetchErrorWords, fetchJson } from "@/components/fleet/fetch-json";
import { durationWords } from "@/components/fleet/time-words";
import { Button, buttonClass } from "@/components/ui/button";
import { Banner } from "@/components/ui/states";
import { toasts } from "@/components/ui/toast-store";
import { useLocalNow } from "./use-local-now";

const NOTICE_BEFORE_MS = 10 * 60_000;
const LOOK_EVERY_MS = 60_000;

interface SessionTimes {
  readonly expiresAtMs: number;
  readonly serverTimeMs: number;
}

/** Looking does not keep a session alive; any other request of the viewer's does. */
const STAY_URL = "/api/sessions";

/** Comes ten minutes before the session ends: stay, where staying is still possible, or sign in again and come back here. */
export function SessionNotice() {
  const { data, mutate } = useSWR<SessionTimes & { readonly readAtMs: number }>(
    "/api/session",
    async (url: string) => ({ ...(await fetchJson<SessionTimes>(url)), readAtMs: Date.now() }),
    { refreshInterval: LOOK_EVERY_MS, shouldRetryOnError: false },
  );
  const [hasTried, setHasTried] = useState(false);
  const nowMs = useLocalNow(LOOK_EVERY_MS / 4);
  if (!data || nowMs === 0) return null;
  const leftMs = data.expiresAtMs - data.serverTimeMs - (nowMs - data.readAtMs);
  if (leftMs > NOTICE_BEFORE_MS || leftMs <= 0) return null;
  const stay = async () => {
    await fetchJson(STAY_URL).catch((error: unknown) => toasts.show({ title: fetchErrorWords(error), tone: "alarm" }));
    await mutate();
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
