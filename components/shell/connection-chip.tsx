"use client";

import { useState } from "react";
import { useConnectionState } from "@/components/live/use-connection";
import { classNames } from "@/components/ui/class-names";
import { lazyPart } from "@/components/ui/lazy-part";
import { StatusMark } from "@/components/ui/status-mark";
import { connectionWords, NOTHING_TO_SEE } from "./connection-words";
import { useLocalNow } from "./use-local-now";
import { useViewer } from "./viewer-provider";

/** The doctor's code; the frame loads it once the page is at rest. */
export const loadDoctor = () => import("./connection-doctor").then((module) => module.ConnectionDoctor);
const ConnectionDoctor = lazyPart(loadDoctor);

/** The connection, always in sight; a press opens the doctor. */
export function ConnectionChip() {
  const state = useConnectionState();
  const nowMs = useLocalNow(1000, state.status === "reconnecting");
  const [isOpen, setIsOpen] = useState(false);
  const [hasOpened, setHasOpened] = useState(false);
  const open = () => {
    setHasOpened(true);
    setIsOpen(true);
  };
  const { sites } = useViewer();
  // Who has no site has nothing to connect to; the page says whom to ask, and nothing is wrong.
  const hasNone = state.status === "refused" && sites.length === 0;
  const words = hasNone ? NOTHING_TO_SEE : connectionWords(state, nowMs);
  return (
    <>
      <button
        type="button"
        onClick={open}
        aria-haspopup="dialog"
        title="Connection doctor"
        className={classNames(
          "text-small inline-flex h-8 min-w-0 items-center rounded-full border px-2.5 font-medium transition-colors",
          state.status === "refused" && !hasNone
            ? "border-alarm/50 bg-alarm-soft text-alarm"
            : "border-line-strong bg-surface text-ink-2 hover:bg-raised",
        )}
      >
        {words.chipShort !== undefined && (
          <StatusMark shape={words.shape} tone={words.tone} word={words.chipShort} className="min-w-0 sm:hidden [&>span]:truncate" />
        )}
        <StatusMark
          shape={words.shape}
          tone={words.tone}
          word={words.chip}
          className={classNames("min-w-0 [&>span]:truncate", words.chipShort !== undefined && "max-sm:hidden")}
        />
      </button>
      <span role="status" className="sr-only">
        {words.spoken}
      </span>
      {hasOpened && <ConnectionDoctor isOpen={isOpen} onClose={() => setIsOpen(false)} />}
    </>
  );
}
