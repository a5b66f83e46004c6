"use client";

import { useState, type ReactNode } from "react";
import { useConnectionState, useLinkIsTrusted } from "@/components/live/use-connection";
import { lazyPart, untilLoaded } from "@/components/ui/lazy-part";
import { loadDoctor } from "./connection-chip";
import { LinkBanner } from "./link-banner";
import { BottomBar, Rail } from "./rail";
import { ServerNotice } from "./server-notice";
import { SignedOut } from "./signed-out";
import { TopBar } from "./top-bar";
import { useIsAtRest, useLoadAtRest } from "./use-is-at-rest";
import { useShortcuts } from "./use-shortcuts";

const loadPalette = () => import("@/components/palette/command-palette").then((module) => module.CommandPalette);
const loadNotices = untilLoaded(() => import("./notices").then((module) => module.Notices));
const loadSheet = () => import("./shortcut-sheet").then((module) => module.ShortcutSheet);
const CommandPalette = lazyPart(loadPalette);
const Notices = lazyPart(loadNotices);
const ShortcutSheet = lazyPart(loadSheet);
/** Keys typed right after Ctrl+K must find the palette there, and the doctor has to open when the server is gone. */
const LATER = [loadPalette, loadSheet, loadDoctor];

/** The frame around every page of the deck. It knows the connection's state and nothing of any message. */
export function DeckFrame({ children }: { readonly children: ReactNode }) {
  const [openPanel, setOpenPanel] = useState<"palette" | "help" | null>(null);
  const [opened, setOpened] = useState({ palette: false, help: false });
  const connection = useConnectionState();
  const { isTrusted, asOfMs } = useLinkIsTrusted();
  const open = (panel: "palette" | "help") => {
    // It stays once it has been opened: only a dialog that closes gives the focus back.
    setOpened((before) => ({ ...before, [panel]: true }));
    setOpenPanel(panel);
  };
  const openPalette = () => open("palette");
  const openHelp = () => open("help");
  const isAtRest = useIsAtRest(connection.status === "live");
  useLoadAtRest(isAtRest, LATER);
  useShortcuts({ onPalette: openPalette, onHelp: openHelp });
  return (
    <div className="flex min-h-dvh" data-link={!isTrusted && asOfMs !== null ? "untrusted" : "trusted"}>
      <a
        href="#main"
        className="rounded-small bg-accent text-accent-ink sr-only z-50 px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <Rail isAtRest={isAtRest} />
      {/* A page that fills the frame scrolls inside itself, whatever banner stands above it; a screen too low for that scrolls as a whole. */}
      <div className="flex min-w-0 flex-1 flex-col [@media(min-height:36rem)]:has-[[data-fills-frame]]:h-dvh">
        <TopBar onSearch={openPalette} onHelp={openHelp} />
        {isAtRest && <Notices />}
        {/* Its code has to be here when the server is not. */}
        <ServerNotice />
        <div className="sticky top-12 z-10 empty:hidden [@media(max-height:26rem)]:static">
          <LinkBanner />
        </div>
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto w-full max-w-[110rem] min-w-0 flex-1 p-3 outline-none has-[[data-fills-frame]]:flex has-[[data-fills-frame]]:min-h-0 has-[[data-fills-frame]]:flex-col md:p-5"
        >
          {connection.status === "signed-out" ? <SignedOut because={connection.because} /> : children}
        </main>
        <BottomBar isAtRest={isAtRest} />
      </div>
      {opened.palette && <CommandPalette isOpen={openPanel === "palette"} onClose={() => setOpenPanel(null)} />}
      {opened.help && <ShortcutSheet isOpen={openPanel === "help"} onClose={() => setOpenPanel(null)} />}
    </div>
  );
}
