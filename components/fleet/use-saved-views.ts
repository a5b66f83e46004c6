"use client";

import useSWR from "swr";
import { toasts } from "@/components/ui/toast-store";
import { errorWords, sendJson } from "@/lib/session/site-api.client";

export interface SavedView {
  readonly name: string;
  /** The list's search part, beginning with "?" or empty. */
  readonly search: string;
}

interface SavedViews {
  readonly views: readonly SavedView[];
}

const VIEWS_URL = "/api/views";
const NO_VIEWS: readonly SavedView[] = [];

/** The viewer's saved lists, kept on the server so that they are there on every machine; read once they are wanted. Failures are told in a notice. */
export function useSavedViews(isWanted = true) {
  const { data, mutate } = useSWR<SavedViews, unknown>(isWanted ? VIEWS_URL : null);
  const views = data?.views ?? NO_VIEWS;
  const change = async (next: readonly SavedView[], send: () => Promise<unknown>) => {
    try {
      await mutate(
        async () => {
          await send();
          return { views: next };
        },
        { optimisticData: { views: next }, revalidate: false },
      );
    } catch (error) {
      toasts.show({ title: "The view was not changed", detail: errorWords(error), tone: "alarm" });
    }
  };
  const without = (name: string) => views.filter((view) => view.name !== name);
  return {
    views,
    save: (name: string, search: string) =>
      void change([{ name, search }, ...without(name)], () => sendJson("PUT", VIEWS_URL, { name, search })),
    remove: (name: string) => void change(without(name), () => sendJson("DELETE", `${VIEWS_URL}?name=${encodeURIComponent(name)}`)),
  };
}
