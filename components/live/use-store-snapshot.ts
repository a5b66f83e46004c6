"use client";

import { useCallback, useSyncExternalStore } from "react";
import type { LiveSession } from "@/lib/telemetry/live-session.client";
import type { LiveStore } from "@/lib/telemetry/live-store";
import { useLiveSession } from "./live-provider";

/** Reads something of one thing from the store; re-renders when `read` gives another object, at most once per frame. */
export function useThingSnapshot<Value>(thingName: string, read: (store: LiveStore) => Value, fallback: Value): Value {
  const store = useLiveSession()?.store;
  const subscribe = useCallback((listener: () => void) => store?.subscribe(thingName, listener) ?? (() => undefined), [store, thingName]);
  return useSyncExternalStore(
    subscribe,
    () => (store ? read(store) : fallback),
    () => fallback,
  );
}

/** Reads something of the whole store (counters, gaps). */
export function useStoreSnapshot<Value>(read: (store: LiveStore) => Value, fallback: Value): Value {
  const store = useLiveSession()?.store;
  const subscribe = useCallback((listener: () => void) => store?.subscribeAll(listener) ?? (() => undefined), [store]);
  return useSyncExternalStore(
    subscribe,
    () => (store ? read(store) : fallback),
    () => fallback,
  );
}

/** Reads something of the session (state, trust, doctor). */
export function useSessionSnapshot<Value>(read: (session: LiveSession) => Value, fallback: Value): Value {
  const session = useLiveSession();
  const subscribe = useCallback((listener: () => void) => session?.subscribe(listener) ?? (() => undefined), [session]);
  return useSyncExternalStore(
    subscribe,
    () => (session ? read(session) : fallback),
    () => fallback,
  );
}
