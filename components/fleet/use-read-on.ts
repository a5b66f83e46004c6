"use client";

import { useEffect } from "react";
import { PARTS_EVERY_MS } from "@/lib/fleet/first-reads.client";
import type { ThingsPage } from "@/lib/fleet/thing";

/** New and removed things, and what happens to those this tab does not listen to; the rest arrives by itself. */
export const MEMBERSHIP_REFRESH_MS = 30_000;

/** Reads a list again soon while the server itself is still reading the fleet. `again` stays the same from render to render. */
export function useReadOn(page: ThingsPage | undefined, again: () => Promise<unknown>): void {
  useEffect(() => {
    if (page?.isWhole !== false) return undefined;
    const timer = setTimeout(() => void again(), PARTS_EVERY_MS);
    return () => clearTimeout(timer);
  }, [page, again]);
}
