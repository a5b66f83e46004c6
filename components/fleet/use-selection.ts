"use client";

import { useCallback, useMemo, useRef, useState } from "react";
import type { ThingSummary } from "@/lib/fleet/thing";

export interface Selection {
  readonly things: ReadonlyMap<string, ThingSummary>;
  /** Selects or clears one row; with `isRange` all rows from the last pressed one to this. */
  readonly toggle: (index: number, isRange: boolean) => void;
  readonly toggleAll: () => void;
  readonly clear: () => void;
}

/** The rows picked for a bulk action; they stay picked when a filter hides them. */
export function useSelection(rows: readonly ThingSummary[]): Selection {
  const [things, setThings] = useState<ReadonlyMap<string, ThingSummary>>(new Map());
  const lastIndex = useRef<number | null>(null);

  const toggle = useCallback(
    (index: number, isRange: boolean) => {
      const pressed = rows[index];
      if (!pressed) return;
      const from = isRange && lastIndex.current !== null ? lastIndex.current : index;
      lastIndex.current = index;
      setThings((current) => {
        const next = new Map(current);
        const isAdding = !current.has(pressed.thingName);
        for (const thing of rows.slice(Math.min(from, index), Math.max(from, index) + 1)) {
          if (isAdding) next.set(thing.thingName, thing);
          else next.delete(thing.thingName);
        }
        return next;
      });
    },
    [rows],
  );
  const toggleAll = useCallback(() => {
    setThings((current) =>
      rows.every((thing) => current.has(thing.thingName)) ? new Map() : new Map(rows.map((thing) => [thing.thingName, thing])),
    );
  }, [rows]);
  const clear = useCallback(() => setThings(new Map()), []);
  return useMemo(() => ({ things, toggle, toggleAll, clear }), [things, toggle, toggleAll, clear]);
}
