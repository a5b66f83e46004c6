"use client";

import { useCallback, useEffect, useSyncExternalStore } from "react";
import { useLiveSession } from "@/components/live/live-provider";
import { useViewer } from "@/components/shell/viewer-provider";
import { commandApi } from "@/lib/shadow/command-api.client";
import { IDLE } from "@/lib/shadow/switch-state";
import type { LiveSession } from "@/lib/telemetry/live-session.client";
import { type FieldDesk, ThingDesk } from "./thing-desk";

const REST: FieldDesk = { state: IDLE, note: null };

interface Seat {
  desk: ThingDesk;
  subscribe: (listener: () => void) => () => void;
}

/** The desks of one live session: a command is followed to its end also while its row is scrolled away. */
function createSeats(session: LiveSession, mayReadLog: boolean) {
  const seats = new Map<string, Seat>();
  return (thingName: string): Seat => {
    const known = seats.get(thingName);
    if (known) return known;
    const listeners = new Set<() => void>();
    const { store } = session;
    let release: (() => void) | null = null;
    const follow = () => {
      const isNeeded = listeners.size > 0 || desk.isBusy;
      if (isNeeded && !release) release = store.subscribe(thingName, () => desk.observe());
      if (!isNeeded && release) {
        release();
        release = null;
      }
    };
    const desk = new ThingDesk({
      thingName,
      api: commandApi,
      nowMs: () => session.serverNowMs(),
      live: () => store.record(thingName).live(store.facts()),
      mayReadLog,
      onChange: () => {
        follow();
        for (const listener of listeners) listener();
      },
    });
    const seat: Seat = {
      desk,
      subscribe: (listener) => {
        listeners.add(listener);
        follow();
        desk.observe();
        return () => {
          listeners.delete(listener);
          follow();
        };
      },
    };
    seats.set(thingName, seat);
    return seat;
  };
}

const bySession = new WeakMap<LiveSession, ReturnType<typeof createSeats>>();

function seatOf(session: LiveSession, thingName: string, mayReadLog: boolean): Seat {
  let seats = bySession.get(session);
  if (!seats) bySession.set(session, (seats = createSeats(session, mayReadLog)));
  return seats(thingName);
}

/** The desk of a device; null until this tab's live session is there. */
export function useThingDesk(thingName: string): ThingDesk | null {
  const session = useLiveSession();
  const { role } = useViewer();
  return session ? seatOf(session, thingName, role === "admin").desk : null;
}

/** Where one control stands; re-renders only when that changes. */
export function useFieldDesk(thingName: string, field: string): FieldDesk {
  const session = useLiveSession();
  const { role } = useViewer();
  const mayReadLog = role === "admin";
  const subscribe = useCallback(
    (listener: () => void) => (session ? seatOf(session, thingName, mayReadLog).subscribe(listener) : () => undefined),
    [session, thingName, mayReadLog],
  );
  return useSyncExternalStore(
    subscribe,
    () => (session ? seatOf(session, thingName, mayReadLog).desk.field(field) : REST),
    () => REST,
  );
}

/** Takes up the commands that were open before this page was opened. */
export function useOpenCommands(thingName: string): void {
  const desk = useThingDesk(thingName);
  useEffect(() => void desk?.takeUpOpen(), [desk]);
}
