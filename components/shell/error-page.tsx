"use client";

import { TriangleAlert } from "lucide-react";
import { Button, buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/states";

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
        icon={<TriangleAlert className="size-5" />}
        actions={
          <>
            <Button tone="primary" onClick={onRetry}>
              Try again
            </Button>
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
