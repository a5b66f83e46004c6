"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { useNavItems } from "./use-nav-items";

interface ShortcutActions {
  readonly onPalette: () => void;
  readonly onHelp: () => void;
}

const SECOND_KEY_WITHIN_MS = 1200;

/** True while the person is typing or a dialog is open: single keys belong to the text then. */
export function isTyping(target: EventTarget | null): boolean {
  if (document.querySelector("dialog:modal, [popover]:popover-open[role=menu]")) return true;
  return target instanceof HTMLElement && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true]") !== null;
}

/** Ctrl/Cmd+K, `?`, and `g` then a page's letter, anywhere on the deck. */
export function useShortcuts({ onPalette, onHelp }: ShortcutActions): void {
  const router = useRouter();
  const pages = useNavItems();
  const latest = useRef({ onPalette, onHelp, pages });
  useEffect(() => {
    latest.current = { onPalette, onHelp, pages };
  });
  useEffect(() => {
    let goPressedAtMs = -Infinity;
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        latest.current.onPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "?") {
        latest.current.onHelp();
        return;
      }
      const page =
        event.timeStamp - goPressedAtMs < SECOND_KEY_WITHIN_MS ? latest.current.pages.find((item) => item.key === event.key) : undefined;
      goPressedAtMs = event.key === "g" ? event.timeStamp : -Infinity;
      if (page) router.push(page.href);
    };
    globalThis.addEventListener("keydown", onKeyDown);
    return () => globalThis.removeEventListener("keydown", onKeyDown);
  }, [router]);
}
