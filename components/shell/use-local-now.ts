"use client";

import { useCallback, useSyncExternalStore } from "react";
import { steadyNowMs } from "@/lib/platform/clock";

/** What is read twice in one rendering must be the same twice. */
const STEP_MS = 250;

const readNow = (): number => Math.floor(steadyNowMs() / STEP_MS) * STEP_MS;
const onServer = (): number => 0;

/** Calls `tick` at every whole `everyMs` of this machine's steady clock, so that two countdowns on one page never differ; gives back the end of it. */
function tickEvery(everyMs: number, tick: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (): void => {
    timer = setTimeout(
      () => {
        tick();
        wait();
      },
      everyMs - (steadyNowMs() % everyMs),
    );
  };
  wait();
  return () => clearTimeout(timer);
}

/**
 * This machine's steady clock in epoch ms, to a quarter of a second: fresh at every rendering, and rendered again every `everyMs` while
 * `isTicking`. 0 until the page is awake.
 */
export function useLocalNow(everyMs: number, isTicking = true): number {
  const subscribe = useCallback((tick: () => void) => (isTicking ? tickEvery(everyMs, tick) : () => undefined), [everyMs, isTicking]);
  return useSyncExternalStore(subscribe, readNow, onServer);
}
