"use client";

import { ErrorPage } from "@/components/shell/error-page";

/** What failed is the frame of a page, on the server: only asking for the page again helps. */
export default function Error({ error }: { error: Error & { digest?: string } }) {
  return (
    <main>
      <ErrorPage reference={error.digest} onRetry={() => location.reload()} isTriedAgain />
    </main>
  );
}
