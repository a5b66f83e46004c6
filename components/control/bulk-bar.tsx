"use client";

import { Button } from "@/components/ui/button";
import type { ThingSummary } from "@/lib/fleet/thing";

interface BulkBarProps {
  readonly selection: readonly ThingSummary[];
  readonly onClear: () => void;
}

/** How many rows are picked; absent while none is. */
export function BulkBar({ selection, onClear }: BulkBarProps) {
  if (selection.length === 0) return null;
  return (
    <div role="region" aria-label="Selection" className="border-line bg-accent-soft flex flex-wrap items-center gap-3 border-t px-3 py-2">
      <span className="font-medium">{selection.length.toLocaleString("en")} selected</span>
      <Button size="small" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}
