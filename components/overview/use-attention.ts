"use client";

import { useCallback, useMemo, useState, useSyncExternalStore } from "react";
import { useAlarms } from "@/components/alarms/use-alarms";
import { useLiveSession } from "@/components/live/live-provider";
import type { AlarmView } from "@/lib/alarms/alarm-view";
import type { IndexedState, ThingSummary } from "@/lib/fleet/thing";
import { useThings } from "./use-things";

/** What the list is narrowed to; its link opens the same. */
export const ATTENTION: readonly IndexedState[] = ["alarm", "offline", "quiet", "stale"];
const ROWS_MAX = 10;
const KEPT_MAX = 2 * ROWS_MAX;
const ALARMS_MAX = 6;
const NO_ALARMS: readonly AlarmView[] = [];
const NO_THINGS: readonly ThingSummary[] = [];

/** The things with those read before them: one that left because this screen hears it would come back if it were no longer listened to. */
function useKept(things: readonly ThingSummary[]): readonly ThingSummary[] {
  const [kept, setKept] = useState({ from: things, all: things });
  if (kept.from === things) return kept.all;
  const named = new Set(things.map(({ thingName }) => thingName));
  const all = [...things, ...kept.all.filter(({ thingName }) => !named.has(thingName))].slice(0, KEPT_MAX);
  setKept({ from: things, all });
  return all;
}

/** Those that this tab hears on time. The server is told of them within seconds; a row must not call a device live in the meantime. */
function useHeardLive(things: readonly ThingSummary[]): ReadonlySet<string> {
  const store = useLiveSession()?.store;
  const subscribe = useCallback(
    (listener: () => void) => {
      const undos = things.map(({ thingName }) => store?.subscribe(thingName, listener));
      return () => undos.forEach((undo) => undo?.());
    },
    [store, things],
  );
  const names = useSyncExternalStore(
    subscribe,
    () => {
      if (!store) return "";
      const live = things.filter(({ thingName }) => store.record(thingName).live(store.facts()).liveness === "live");
      return live.map(({ thingName }) => thingName).join(" ");
    },
    () => "",
  );
  return useMemo(() => new Set(names.split(" ")), [names]);
}

/** What an operator should look at first: alarms that nobody has answered, then things that are not there. */
export function useAttention(site: readonly string[]) {
  const things = useThings({ site, state: ATTENTION, sort: "state" }, ROWS_MAX);
  const alarms = useAlarms({ site, state: ["unacknowledged"], limit: ALARMS_MAX });
  const raised = alarms.data?.alarms ?? NO_ALARMS;
  const read = things.data?.things ?? NO_THINGS;
  const live = useHeardLive(read);
  const shown = useMemo(() => {
    const named = new Set(raised.map(({ thing }) => thing));
    return read.filter(({ thingName }) => !named.has(thingName) && !live.has(thingName));
  }, [read, raised, live]);
  return {
    things: shown,
    /** All whose values tell when it is over: those with an alarm of their own too. */
    watched: useKept(read),
    count: things.data?.totalCount ?? 0,
    isCut: (things.data?.totalCount ?? 0) > read.length,
    alarms: raised,
    alarmCount: alarms.data?.totalCount ?? 0,
    isLoading: things.data === undefined || (alarms.data === undefined && alarms.error === undefined),
    error: things.error ?? alarms.error,
  };
}
