"use client";

import useSWR from "swr";
import { toSearch, type FleetQuery } from "@/components/fleet/fleet-query";
import { useHeardFetcher, useOnHeardChange } from "@/components/live/use-heard";
import { readAgainMs } from "@/lib/fleet/first-reads.client";
import type { ThingsPage } from "@/lib/fleet/thing";

/** One page of things, counted and ordered as this screen hears them. */
export function useThings(query: Partial<FleetQuery>, limit: number) {
  const fetcher = useHeardFetcher<ThingsPage>();
  const answer = useSWR<ThingsPage, unknown>(`/api/things?${toSearch(query, { limit })}`, fetcher, {
    refreshInterval: readAgainMs,
  });
  useOnHeardChange(() => void answer.mutate());
  return answer;
}
