"use client";

import { useMemo } from "react";
import useSWR from "swr";
import { useWatchThings } from "@/components/live/use-thing-live";
import type { AlarmView } from "@/lib/alarms/alarm-view";
import type { ThingDetail, ThingSummary } from "@/lib/fleet/thing";
import { readJson } from "@/lib/session/site-api.client";

/** Each costs a read and a stream of its own; what is further down the list clears when the cloud says so. */
const WATCHED_MAX = 8;
const NOBODY: readonly ThingSummary[] = [];

const readThings = async (names: readonly string[]): Promise<ThingDetail[]> => {
  const read = await Promise.allSettled(names.map((name) => readJson<ThingDetail>(`/api/things/${encodeURIComponent(name)}`)));
  return read.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
};

/** Listens to the things of the first standing alarms, so that a value that is back within its limits is seen at once. */
export function useWatchAlarms(alarms: readonly AlarmView[]): void {
  const standing = alarms.filter(({ isActive }) => isActive).map(({ thing }) => thing);
  const names = [...new Set(standing)].slice(0, WATCHED_MAX).sort().join(" ");
  const { data } = useSWR(names === "" ? null : ["alarmed-things", names], () => readThings(names.split(" ")), {
    keepPreviousData: true,
    revalidateOnFocus: false,
  });
  useWatchThings(useMemo(() => data ?? NOBODY, [data]));
}
