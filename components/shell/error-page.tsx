"use client";

import { useEffect } from "react";
import { isAppErrorCode, meaningOf } from "@/lib/platform/app-error";
import { buttonClass } from "@/components/ui/button-class";
import { EmptyState } from "@/components/ui/empty-state";
import { PlainIcon } from "@/components/ui/plain-icon";

const WARNING = "m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3M12 9v4M12 17h.01";

/** Spread, so that the tabs of a house do not come back in one second. */
const RETRY_AFTER_MS = 15_000;
const RETRY_SPREAD_MS = 10_000;

interface ErrorPageProps {
  /** The code of a failure that is known, else Next's digest, which finds the error in the server's log and says nothing else. */
  readonly reference: string | undefined;
  readonly onRetry: () => void;
  /** Whether a failure that passes is tried again without a press: a wall screen has nobody before it. */
  readonly isTriedAgain?: boolean;
}

/** This page could not be shown; what is running elsewhere goes on. */
export function ErrorPage({ reference, onRetry, isTriedAgain = false }: ErrorPageProps) {
  const known = isAppErrorCode(reference) ? meaningOf(reference) : null;
  const isPassing = isTriedAgain && known?.isRetryable === true;
  useEffect(() => {
    if (!isPassing) return undefined;
    const timer = setTimeout(() => location.reload(), RETRY_AFTER_MS + Math.random() * RETRY_SPREAD_MS);
    return () => clearTimeout(timer);
  }, [isPassing]);
  return (
    <div className="grid min-h-[60vh] place-items-center">
      <EmptyState
        isPage
        title={isPassing ? "This page cannot be shown just now" : "This page could not be shown"}
        icon={<PlainIcon path={WARNING} />}
        actions={
          <>
            <button type="button" className={buttonClass("primary")} onClick={onRetry}>
              Try again
            </button>
            <a className={buttonClass("plain")} href="/">
              Overview
            </a>
          </>
        }
      >
        <p>
          {known === null ? "Something in it failed." : known.sentence}
          {isPassing && " The page tries again by itself."} Your devices are not affected, and nothing was switched.
        </p>
        {reference !== undefined && known === null && (
          <p className="text-small text-ink-3 mt-2">
            For the log: <code className="font-mono">{reference}</code>
          </p>
        )}
      </EmptyState>
    </div>
  );
}
