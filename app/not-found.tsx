import { Compass } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/states";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        isPage
        title="There is nothing at this address"
        icon={<Compass className="size-5" />}
        actions={
          <>
            <Link href="/" className={buttonClass("primary")}>
              Overview
            </Link>
            <Link href="/devices" className={buttonClass("plain")}>
              Devices
            </Link>
          </>
        }
      >
        The page may have moved, or the address was typed with a slip.
      </EmptyState>
    </main>
  );
}
