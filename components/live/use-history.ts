"use client";

import { useEffect, useMemo } from "react";
import useSWR from "swr";
import { readJson } from "@/lib/session/site-api.client";
import type { HistoryPage } from "@/lib/history/history-page";
import { AppError } from "@/lib/platform/app-error";
import type { TimeWindow } from "@/lib/telemetry/thing-live";
import { type HistoryView, NO_HISTORY } from "./chart/history-overlay";
import { useStoreSnapshot } from "./use-store-snapshot";
import { useServerNow } from "./use-thing-live";

const MINUTE_MS = 60_000;
const SPAN_MS_MAX = 8 * 86_400_000;
/** A week of minutes is seven pages; more would be a server that never ends. */
const PAGES_MAX = 20;
/** A window that is moved by less than this share keeps its answer; so does a following one for that long, for it hears what comes. */
const GRAIN_SHARE = 1 / 8;
const GRAIN_MS_MIN = 5 * MINUTE_MS;

async function fetchAll(path: string): Promise<HistoryPage | null> {
  let whole: HistoryPage | null = null;
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page: HistoryPage = await readJson<HistoryPage>(cursor === null ? path : `${path}&cursor=${encodeURIComponent(cursor)}`);
    whole = whole === null ? page : append(whole, page);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return whole;
}

/** A metric may be missing from a page altogether. */
function append(whole: HistoryPage, page: HistoryPage): HistoryPage {
  const nothing = (count: number): null[] => Array.from({ length: count }, () => null);
  const names = [...new Set([...Object.keys(whole.values), ...Object.keys(page.values)])];
  const values = names.map((name) => [
    name,
    [...(whole.values[name] ?? nothing(whole.times.length)), ...(page.values[name] ?? nothing(page.times.length))],
  ]);
  return { ...whole, times: [...whole.times, ...page.times], values: Object.fromEntries(values) as HistoryPage["values"] };
}

/** The stretch to ask for, on a grain, so that small moves of the window and the passing of time need no new answer. */
export function historyStretch(window: TimeWindow): TimeWindow {
  const grainMs = Math.max(GRAIN_MS_MIN, Math.ceil(((window.toMs - window.fromMs) * GRAIN_SHARE) / MINUTE_MS) * MINUTE_MS);
  const toMs = Math.ceil(window.toMs / grainMs) * grainMs;
  const fromMs = Math.max(Math.floor(window.fromMs / grainMs) * grainMs, toMs - SPAN_MS_MAX);
  return { fromMs, toMs };
}

const isOff = (error: unknown): boolean => error instanceof AppError && error.code === "history/off";

/** A thing's past as far as the charts' window reaches beyond what this tab has heard; `retry` asks again after a failure. */
export function useHistory(
  thing: string,
  shown: { window: TimeWindow | null; windowMs: number },
): { history: HistoryView; retry: () => void } {
  const nowMs = useServerNow(MINUTE_MS);
  const closedGaps = useStoreSnapshot((store) => store.gaps().filter(({ toMs }) => toMs !== null).length, 0);
  const window = shown.window ?? (nowMs === 0 ? null : { fromMs: nowMs - shown.windowMs, toMs: nowMs });
  const stretch = window && historyStretch(window);
  const key = stretch && `/api/things/${encodeURIComponent(thing)}/history?from=${stretch.fromMs}&to=${stretch.toMs}`;
  const { data, error, mutate } = useSWR<HistoryPage | null, unknown>(key, fetchAll, { revalidateIfStale: false });
  useEffect(() => {
    // What was missed while the link was down has been kept meanwhile.
    if (closedGaps > 0) void mutate();
  }, [closedGaps, mutate]);
  const history = useMemo<HistoryView>(() => {
    if (isOff(error)) return { ...NO_HISTORY, state: "off" };
    const isOther = data !== undefined && data !== null && data.thing !== thing;
    if (!data || isOther) return { ...NO_HISTORY, state: error === undefined ? "loading" : "unavailable" };
    return { ...data, state: error === undefined ? "ready" : "unavailable" };
  }, [data, error, thing]);
  return { history, retry: () => void mutate() };
}
