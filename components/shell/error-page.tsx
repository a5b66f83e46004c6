"use client";

import { buttonClass } from "@/components/ui/button-class";
import { EmptyState } from "@/components/ui/empty-state";
import { PlainIcon } from "@/components/ui/plain-icon";

const WARNING = "m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3M12 9v4M12 17h.01";

interface ErrorPageProps {
  /** Next's digest: finds the error in the server's log and says nothing else. */
  readonly reference: string | undefined;
  readonly onRetry: () => void;
}

/** This page could not be shown; what is running elsewhere goes on. */
export function ErrorPage({ reference, onRetry }: ErrorPageProps) {
  return (
    <div className="grid min-h-[60vh] place-items-center">
      <EmptyState
        isPage
        title="This page could not be shown"
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
        <p>Something in it failed. Your devices are not affected, and nothing was switched.</p>
        {reference !== undefined && (
          <p className="text-small text-ink-3 mt-2">
            For the log: <code className="font-mono">{reference}</code>
          </p>
        )}
      </EmptyState>
    </div>
  );
}
