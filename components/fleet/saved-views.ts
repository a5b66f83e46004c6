"use client";

import { useMemo, useSyncExternalStore } from "react";
import { useViewer } from "../shell/viewer-provider";

export interface SavedView {
  readonly name: string;
  /** The list's search part, beginning with "?" or empty. */
  readonly search: string;
}

const VIEWS_MAX = 50;
const CHANGED = "thingdeck:views";

const isView = (value: unknown): value is SavedView => {
  const view = value as Partial<SavedView> | null;
  return typeof view?.name === "string" && typeof view.search === "string" && /^(\?[^#]{0,1024})?$/.test(view.search);
};

/** Reads stored views; anything else there counts as none. */
export function parseViews(text: string | null): SavedView[] {
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(value) ? value.filter(isView).slice(0, VIEWS_MAX) : [];
  } catch {
    return [];
  }
}

function subscribe(listener: () => void): () => void {
  globalThis.addEventListener("storage", listener);
  globalThis.addEventListener(CHANGED, listener);
  return () => {
    globalThis.removeEventListener("storage", listener);
    globalThis.removeEventListener(CHANGED, listener);
  };
}

/** The viewer's saved lists on this browser: names and filters only, kept apart per person. */
export function useSavedViews() {
  const { sub } = useViewer();
  const key = `thingdeck-views:${sub}`;
  const text = useSyncExternalStore(
    subscribe,
    () => localStorage.getItem(key),
    () => null,
  );
  const views = useMemo(() => parseViews(text), [text]);
  const write = (next: readonly SavedView[]) => {
    localStorage.setItem(key, JSON.stringify(next.slice(0, VIEWS_MAX)));
    globalThis.dispatchEvent(new Event(CHANGED));
  };
  return {
    views,
    save: (name: string, search: string) => write([{ name, search }, ...views.filter((view) => view.name !== name)]),
    remove: (name: string) => write(views.filter((view) => view.name !== name)),
  };
}
