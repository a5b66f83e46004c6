"use client";

import { useEffect } from "react";
import { setPageViewer } from "@/lib/session/page-viewer.client";
import { announce } from "@/lib/session/sign-in.client";
import { watchSession } from "@/lib/session/session-watch.client";

interface SessionGuardProps {
  /** The subject that the surrounding page was rendered for. */
  readonly sub: string;
}

/** Leaves the deck when its session ends or becomes somebody else's, with the way back kept; draws nothing. */
export function SessionGuard({ sub }: SessionGuardProps) {
  useEffect(() => {
    setPageViewer(sub);
    announce({ type: "signed-in", sub });
    return watchSession({
      sub,
      onEnded: (reason) => {
        const here = `${location.pathname}${location.search}`;
        location.replace(reason === "another-person" ? "/" : `/sign-in?error=ended&callbackUrl=${encodeURIComponent(here)}`);
      },
    });
  }, [sub]);
  return null;
}
