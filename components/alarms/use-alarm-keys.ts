"use client";

import { useEffect, type RefObject } from "react";
import { isTyping } from "@/components/shell/use-shortcuts";

/** `j` and `k` walk the alarms of the box; Enter opens the device, Tab goes on to the alarm's answers. */
export function useAlarmKeys(box: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const step = { j: 1, k: -1 }[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const links = [...(box.current?.querySelectorAll<HTMLElement>("[data-row] a[data-row-link]") ?? [])];
      const row = document.activeElement?.closest("[data-row]");
      const at = links.findIndex((link) => row?.contains(link) === true);
      const next = links[Math.max(0, Math.min(links.length - 1, at + step))];
      if (!next) return;
      event.preventDefault();
      next.focus();
    };
    globalThis.addEventListener("keydown", onKeyDown);
    return () => globalThis.removeEventListener("keydown", onKeyDown);
  }, [box]);
}
