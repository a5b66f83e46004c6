"use client";

import { ErrorPage } from "@/components/shell/error-page";

/** A page failed; the frame around it and the live connection go on. */
export default function Error({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return <ErrorPage reference={error.digest} onRetry={reset} />;
}
