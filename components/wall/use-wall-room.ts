"use client";

import { useEffect, useState, type RefObject } from "react";

/** The variant `wall-fits` of globals.css: a screen on which the wall fits without being scrolled. */
const FITS = "(min-width: 80rem) and (min-height: 40rem), (min-width: 64rem) and (min-height: 48rem)";

/** The size of a box of the wall, CSS pixels; null on a screen that is scrolled, where everything has room. */
export function useWallRoom(box: RefObject<HTMLElement | null>): { width: number; height: number } | null {
  const [room, setRoom] = useState<{ width: number; height: number } | null>(null);
  useEffect(() => {
    if (!box.current) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      setRoom(matchMedia(FITS).matches ? { width: Math.floor(width), height: Math.floor(height) } : null);
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return room;
}
