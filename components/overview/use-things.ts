"use client";

import useSWR from "swr";
import { toSearch, type FleetQuery } from "@/components/fleet/fleet-query";
import type { ThingsPage } from "@/lib/fleet/thing";

const REFRESH_MS = 15_000;

/** One page of things, read again now and then; for counts and short lists. */
export function useThings(query: Partial<FleetQuery>, limit: number) {
  return useSWR<ThingsPage, unknown>(`/api/things?${toSearch(query, { limit })}`, { refreshInterval: REFRESH_MS });
}
