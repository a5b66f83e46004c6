"use client";

import { useEffect, useState, type RefObject } from "react";
import { useLiveSession } from "@/components/live/live-provider";

interface VirtualRows {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

const OVERSCAN = 4;
/** Windows move in steps, so that most scroll events change nothing. */
const STEP = 4;

/** The rows of a scrolled box that are in sight, with a few before and after; all rows have one height. */
export function windowOf(scrollTop: number, height: number, rowHeight: number, count: number): VirtualRows {
  const first = Math.floor(scrollTop / rowHeight / STEP) * STEP - OVERSCAN;
  const last = Math.ceil((scrollTop + height) / rowHeight / STEP) * STEP + OVERSCAN;
  const end = Math.min(count, Math.max(0, last));
  return { start: Math.max(0, Math.min(first, end)), end };
}

/** Follows the box's scroll position and size; the component renders again only when another row comes into sight. */
export function useVirtualRows(box: RefObject<HTMLElement | null>, count: number, rowHeight: number): VirtualRows {
  const session = useLiveSession();
  // Until the box is measured, a screen full of rows; a server has none.
  const [rows, setRows] = useState<VirtualRows>(() =>
    windowOf(0, typeof window === "undefined" ? 0 : window.innerHeight, rowHeight, count),
  );
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const update = () => {
      const next = windowOf(element.scrollTop, element.clientHeight, rowHeight, count);
      setRows((current) => (current.start === next.start && current.end === next.end ? current : next));
    };
    update();
    const onScroll = () => {
      session?.onScroll();
      update();
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    const observer = new ResizeObserver(update);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", onScroll);
      observer.disconnect();
    };
  }, [box, count, rowHeight, session]);
  return { start: Math.min(rows.start, count), end: Math.min(rows.end, count) };
}
