"use client";

import { useEffect, useState, type RefObject } from "react";

interface VirtualRows {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

const OVERSCAN = 8;
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
  const [rows, setRows] = useState<VirtualRows>({ start: 0, end: Math.min(count, 40) });
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const update = () => {
      const next = windowOf(element.scrollTop, element.clientHeight, rowHeight, count);
      setRows((current) => (current.start === next.start && current.end === next.end ? current : next));
    };
    update();
    element.addEventListener("scroll", update, { passive: true });
    const observer = new ResizeObserver(update);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", update);
      observer.disconnect();
    };
  }, [box, count, rowHeight]);
  return { start: Math.min(rows.start, count), end: Math.min(rows.end, count) };
}
