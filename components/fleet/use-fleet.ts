"use client";

import { useMemo } from "react";
import useSWRInfinite from "swr/infinite";
import { LIST_PAGE_SIZE } from "@/lib/fleet/first-reads.client";
import type { ThingsPage, ThingSummary } from "@/lib/fleet/thing";
import { useHeardFetcher, useOnHeardChange } from "@/components/live/use-heard";
import { toSearch, type FleetQuery } from "./fleet-query";
import { MEMBERSHIP_REFRESH_MS, useReadOn } from "./use-read-on";

export interface Fleet {
  readonly things: readonly ThingSummary[];
  /** How many things each section has, as far as its rows are loaded. */
  readonly sections: ReadonlyMap<string, number>;
  /** The first page's facts, which are kept fresh: counts, types, groups; undefined until the first answer. */
  readonly page: ThingsPage | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  /** The rows shown belong to the query before; the new answer is on its way. */
  readonly isReplacing: boolean;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  readonly reload: () => void;
}

/** The fleet as the server lists it, page after page as the list is scrolled. */
export function useFleet(query: Partial<FleetQuery>): Fleet {
  const fetcher = useHeardFetcher<ThingsPage>();
  const { data, error, isLoading, isValidating, size, setSize, mutate } = useSWRInfinite<ThingsPage, unknown>(
    (index: number, previous: ThingsPage | null) => {
      if (index > 0 && previous?.nextCursor == null) return null;
      return `/api/things?${toSearch(query, { limit: LIST_PAGE_SIZE, ...(index > 0 && previous?.nextCursor ? { cursor: previous.nextCursor } : {}) })}`;
    },
    fetcher,
    { refreshInterval: MEMBERSHIP_REFRESH_MS, revalidateFirstPage: true, persistSize: false },
  );
  // Handing the data over as it is reads the first page again; without it every loaded page would be read.
  useReadOn(data?.[0], mutate);
  useOnHeardChange(() => void mutate((current) => current));
  const things = useMemo(() => data?.flatMap((page) => page.things) ?? [], [data]);
  const sections = useMemo(() => new Map(data?.flatMap((page) => Object.entries(page.sections ?? {})) ?? []), [data]);
  const last = data?.at(-1);
  const isLoadingMore = data !== undefined && data.length < size;
  return {
    things,
    sections,
    page: data?.[0],
    error,
    isLoading: isLoading && data === undefined,
    isReplacing: isLoading && data !== undefined,
    hasMore: last?.nextCursor != null,
    loadMore: () => {
      if (!isLoadingMore && !isValidating && last?.nextCursor != null) void setSize(size + 1);
    },
    reload: () => void mutate(),
  };
}
