"use client";

import { TriangleAlert, Unplug } from "lucide-react";
import { useConnectionState, useLinkIsTrusted, useRetryNow } from "@/components/live/use-connection";
import { clockWords } from "@/components/fleet/time-words";
import { Button } from "@/components/ui/button";
import { Banner } from "@/components/ui/states";
import { lossSentence } from "./connection-words";
import type { ConnectionState } from "@/lib/connection/connection-state";
import { usePreferences } from "./preferences-provider";
import { useLocalNow } from "./use-local-now";
import { useViewer } from "./viewer-provider";

/** Whether switches must not be pressed: what they show may no longer be so. */
export const useControlsAreLocked = (): boolean => !useLinkIsTrusted().isTrusted;

function RefusedBanner({ state }: { readonly state: Extract<ConnectionState, { status: "refused" }> }) {
  return (
    <Banner tone="alarm" role="alert" icon={<TriangleAlert className="text-alarm size-4" />} isFullWidth>
      <span className="font-medium">Your account may not see live values here.</span>{" "}
      <span className="text-ink-2 break-words">
        {state.action === "credentials" ? (
          state.sentence
        ) : (
          <>
            AWS policy denied <code className="text-small font-mono">{state.action}</code> on{" "}
            <code className="text-small font-mono break-all">{state.resource}</code>.
          </>
        )}{" "}
        Open the connection doctor at the top for the fix.
      </span>
    </Banner>
  );
}

/** Comes one second after this tab lost its connection and goes by itself; the data below is dimmed meanwhile. */
export function LinkBanner() {
  const state = useConnectionState();
  const { isTrusted, asOfMs } = useLinkIsTrusted();
  const { sites } = useViewer();
  const retryNow = useRetryNow();
  const { clock } = usePreferences();
  const nowMs = useLocalNow(1000, !isTrusted);
  // Whoever belongs to no site reads so on the page itself, with the way on.
  if (sites.length === 0) return null;
  if (state.status === "refused") return <RefusedBanner state={state} />;
  if (isTrusted || asOfMs === null || state.status === "signed-out") return null;
  return (
    <Banner
      tone="caution"
      role="note"
      icon={<Unplug className="text-quiet size-4" />}
      isFullWidth
      actions={
        state.status === "reconnecting" && (
          <Button size="small" onClick={retryNow}>
            Retry now
          </Button>
        )
      }
    >
      <span className="font-medium">Your connection is down. Values are as of {clockWords(asOfMs, clock)}, switches are locked.</span>{" "}
      <span className="text-ink-2">{lossSentence(state, nowMs)}</span>
    </Banner>
  );
}
