"use client";

import dynamic from "next/dynamic";
import { useEffect, useState, type ReactNode } from "react";
import { useConnectionState, useLinkIsTrusted } from "@/components/live/use-connection";
import { LinkBanner } from "./link-banner";
import { BottomBar, Rail } from "./rail";
import { SessionNotice } from "./session-notice";
import { ShortcutSheet } from "./shortcut-sheet";
import { SignedOut } from "./signed-out";
import { TopBar } from "./top-bar";
import { useShortcuts } from "./use-shortcuts";

/** After the first values had the network to themselves. */
const PALETTE_AHEAD_MS = 2000;

const loadPalette = () => import("@/components/palette/command-palette").then((module) => module.CommandPalette);
const CommandPalette = dynamic(loadPalette, { ssr: false });

/** Fetches the palette's code once the page is at rest: keys typed right after Ctrl+K must find it there. */
function usePaletteAhead(isLive: boolean): void {
  useEffect(() => {
    if (!isLive) return;
    const timer = setTimeout(() => void loadPalette().catch(() => undefined), PALETTE_AHEAD_MS);
    return () => clearTimeout(timer);
  }, [isLive]);
}

/** The frame around every page of the deck. It knows the connection's state and nothing of any message. */
export function DeckFrame({ children }: { readonly children: ReactNode }) {
  const [openPanel, setOpenPanel] = useState<"palette" | "help" | null>(null);
  const [hasOpenedPalette, setHasOpenedPalette] = useState(false);
  const connection = useConnectionState();
  const { isTrusted, asOfMs } = useLinkIsTrusted();
  const openPalette = () => {
    setHasOpenedPalette(true);
    setOpenPanel("palette");
  };
  usePaletteAhead(connection.status === "live");
  useShortcuts({ onPalette: openPalette, onHelp: () => setOpenPanel("help") });
  return (
    <div className="flex min-h-dvh" data-link={!isTrusted && asOfMs !== null ? "untrusted" : "trusted"}>
      <a
        href="#main"
        className="rounded-small bg-accent text-accent-ink sr-only z-50 px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <Rail />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar onSearch={openPalette} onHelp={() => setOpenPanel("help")} />
        <SessionNotice />
        <div className="sticky top-12 z-10 empty:hidden [@media(max-height:26rem)]:static">
          <LinkBanner />
        </div>
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[110rem] min-w-0 flex-1 p-3 outline-none md:p-5">
          {connection.status === "signed-out" ? <SignedOut because={connection.because} /> : children}
        </main>
        <BottomBar />
      </div>
      {hasOpenedPalette && <CommandPalette isOpen={openPanel === "palette"} onClose={() => setOpenPanel(null)} />}
      <ShortcutSheet isOpen={openPanel === "help"} onClose={() => setOpenPanel(null)} />
    </div>
  );
}
