import type { Metadata } from "next";
import { buttonClass } from "@/components/ui/button-class";
import { EmptyState } from "@/components/ui/empty-state";
import { PlainIcon } from "@/components/ui/plain-icon";

export const metadata: Metadata = { title: "Not found" };

const COMPASS =
  "M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0m14.24-4.24-1.804 5.411a2 2 0 0 1-1.265 1.265L7.76 16.24l1.804-5.411a2 2 0 0 1 1.265-1.265z";

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        isPage
        title="There is nothing at this address"
        icon={<PlainIcon path={COMPASS} />}
        actions={
          <>
            <a href="/" className={buttonClass("primary")}>
              Overview
            </a>
            <a href="/devices" className={buttonClass("plain")}>
              Devices
            </a>
          </>
        }
      >
        The page may have moved, or the address was mistyped.
      </EmptyState>
    </main>
  );
}
