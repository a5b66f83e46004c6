"use client";

import { ErrorPage } from "@/components/shell/error-page";

export default function Error({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main>
      <ErrorPage reference={error.digest} onRetry={reset} />
    </main>
  );
}
