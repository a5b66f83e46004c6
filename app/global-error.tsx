"use client";

import { ErrorPage } from "@/components/shell/error-page";
import "./globals.css";

/** The frame itself failed: the last page that can still be drawn. */
export default function GlobalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Thingdeck could not be shown</title>
        <main>
          <ErrorPage reference={error.digest} onRetry={reset} />
        </main>
      </body>
    </html>
  );
}
