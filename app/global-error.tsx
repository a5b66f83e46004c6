"use client";

import { ErrorPage } from "@/components/shell/error-page";
import "./globals.css";

/** The frame itself failed: the last page that can still be drawn. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>Thingdeck could not be shown</title>
        <main>
          <ErrorPage reference={error.digest} onRetry={() => location.reload()} />
        </main>
      </body>
    </html>
  );
}
