"use client";

import { LogIn } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import type { SessionEnd } from "@/lib/session/session-watch.client";
import { buttonClass } from "@/components/ui/button-class";
import { EmptyState } from "@/components/ui/empty-state";

const WORDS: Record<SessionEnd, { title: string; sentence: string }> = {
  "signed-out": { title: "You signed out", sentence: "Nothing of the fleet is kept in this tab. Sign in to come back to this page." },
  expired: { title: "Your session has ended", sentence: "Sign in again and you come back to this page, at the same time window." },
  "other-viewer": {
    title: "Someone else signed in on this browser",
    sentence: "This tab no longer shows the earlier person's data. Open the page again as the person signed in now.",
  },
};

/** Takes the page's place when the session is over, so that no value of the former viewer stays in sight. */
export function SignedOut({ because }: { readonly because: SessionEnd }) {
  const pathname = usePathname();
  const search = useSearchParams();
  const here = search.size > 0 ? `${pathname}?${search}` : pathname;
  const words = WORDS[because];
  return (
    <EmptyState
      isPage
      title={words.title}
      icon={<LogIn className="size-5" />}
      className="min-h-[60vh] justify-center"
      actions={
        <a
          className={buttonClass("primary", "large")}
          href={because === "other-viewer" ? here : `/sign-in?callbackUrl=${encodeURIComponent(here)}`}
        >
          {because === "other-viewer" ? "Open the page again" : "Sign in"}
        </a>
      }
    >
      {words.sentence}
    </EmptyState>
  );
}
