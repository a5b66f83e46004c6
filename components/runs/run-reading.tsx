"use client";

import { SearchX, TriangleAlert } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { errorWords } from "@/lib/session/site-api.client";
import { Button } from "@/components/ui/button";
import { buttonClass } from "@/components/ui/button-class";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/states";
import { AppError } from "@/lib/platform/app-error";

interface RunReadingProps<Data> {
  /** Read aloud while nothing is there yet. */
  readonly label: string;
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly children: (data: Data) => ReactNode;
}

/** What the pages about runs show before their data is there, and when it cannot be read; with data, the data. */
export function RunReading<Data>({ label, data, error, onRetry, children }: RunReadingProps<Data>) {
  if (data !== undefined) return children(data);
  if (error === undefined) {
    return (
      <div role="status" className="flex flex-col gap-4 p-4">
        <span className="sr-only">{label}</span>
        <Skeleton className="h-6 w-2/5" />
        <Skeleton className="h-24 w-full" />
        <Skeleton className="w-4/5" />
      </div>
    );
  }
  const isMissing = error instanceof AppError && error.code === "run/not-found";
  return (
    <EmptyState
      title={isMissing ? "There is no such run" : "This could not be read"}
      icon={isMissing ? <SearchX className="size-5" /> : <TriangleAlert className="size-5" />}
      className="min-h-[50vh] justify-center"
      actions={
        <>
          {!isMissing && <Button onClick={onRetry}>Try again</Button>}
          {isMissing && (
            <Link href="/runs" className={buttonClass("plain")}>
              All runs
            </Link>
          )}
        </>
      }
    >
      {isMissing ? "It may be older than 90 days, or somebody else’s." : errorWords(error)}
    </EmptyState>
  );
}
