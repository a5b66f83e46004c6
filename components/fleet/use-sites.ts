"use client";

import { useViewer } from "../shell/viewer-provider";

/** The viewer's sites and the words for them. */
export function useSites() {
  const { sites } = useViewer();
  return { sites, siteLabel: (id: string): string => sites.find((site) => site.id === id)?.label ?? id };
}
