"use client";

import { useState } from "react";
import { useConnectionState } from "@/components/live/use-connection";
import { useIsAtRest, useLoadAtRest } from "@/components/shell/use-is-at-rest";
import { useViewer } from "@/components/shell/viewer-provider";
import { Button } from "@/components/ui/button";
import { lazyPart } from "@/components/ui/lazy-part";
import type { ThingSummary } from "@/lib/fleet/thing";
import { LOAD_ANSWERS } from "./answers";

const loadBulkDialog = () => import("./bulk-dialog").then((module) => module.BulkDialog);
const BulkDialog = lazyPart(loadBulkDialog);
const LATER = [...LOAD_ANSWERS, loadBulkDialog];

interface BulkBarProps {
  readonly selection: readonly ThingSummary[];
  readonly onClear: () => void;
}

/** "137 selected (3 offline, 2 not permitted)"; what is offline is as the list knows it, the review looks again. */
function selectionWords(selection: readonly ThingSummary[], isOwnSite: (site: string) => boolean): string {
  const offlineCount = selection.filter(({ connectivity }) => connectivity?.isConnected !== true).length;
  const foreignCount = selection.filter(({ site }) => !isOwnSite(site)).length;
  const parts = [offlineCount > 0 && `${offlineCount} offline`, foreignCount > 0 && `${foreignCount} not permitted`].filter(Boolean);
  return `${selection.length.toLocaleString("en")} selected${parts.length === 0 ? "" : ` (${parts.join(", ")})`}`;
}

/** How many rows are picked and what can be done with them; absent while none is. */
export function BulkBar({ selection, onClear }: BulkBarProps) {
  const { sites } = useViewer();
  const [isOpen, setIsOpen] = useState(false);
  useLoadAtRest(useIsAtRest(useConnectionState().status === "live"), LATER);
  if (selection.length === 0) return null;
  return (
    <div role="region" aria-label="Selection" className="border-line bg-accent-soft flex flex-wrap items-center gap-3 border-t px-3 py-2">
      <span role="status" className="font-medium">
        {selectionWords(selection, (site) => sites.some(({ id }) => id === site))}
      </span>
      <Button size="small" tone="primary" onClick={() => setIsOpen(true)}>
        Set…
      </Button>
      <Button size="small" onClick={onClear}>
        Clear
      </Button>
      {isOpen && <BulkDialog selection={selection} onClose={() => setIsOpen(false)} />}
    </div>
  );
}
