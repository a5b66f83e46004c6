"use client";

import useSWR from "swr";
import { toSearch, type FleetQuery } from "@/components/fleet/fleet-query";
import { MEMBERSHIP_REFRESH_MS, useReadOn } from "@/components/fleet/use-read-on";
import { useHeardFetcher, useOnHeardChange } from "@/components/live/use-heard";
import type { ThingsPage } from "@/lib/fleet/thing";

/** One page of things, counted and ordered as this screen hears them. */
export function useThings(query: Partial<FleetQuery>, limit: number) {
  const fetcher = useHeardFetcher<ThingsPage>();
  const answer = useSWR<ThingsPage, unknown>(`/api/things?${toSearch(query, { limit })}`, fetcher, {
    refreshInterval: MEMBERSHIP_REFRESH_MS,
  });
  useReadOn(answer.data, answer.mutate);
  useOnHeardChange(() => void answer.mutate());
  return answer;
}
