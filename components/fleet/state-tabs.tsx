"use client";

import { classNames } from "@/components/ui/class-names";
import type { ThingsPage } from "@/lib/fleet/thing";
import { LivenessMark } from "./liveness-mark";
import { INDEXED_STATES } from "./liveness-words";
import type { FleetQueryControls } from "./use-fleet-query";

/** The states with their counts; pressing one narrows the list, pressing it again widens it. */
export function StateTabs({ controls, page }: { readonly controls: FleetQueryControls; readonly page: ThingsPage | undefined }) {
  const { state } = controls.query;
  const chosen = state.length === 0 ? null : state.length === 1 ? state[0] : undefined;
  const counts = page?.countsByState;
  const all = counts ? Object.values(counts).reduce((sum, count) => sum + count, 0) : undefined;
  const choices = [{ id: null, count: all }, ...INDEXED_STATES.map((id) => ({ id, count: counts?.[id] }))];
  return (
    <div role="group" aria-label="State" className="scroll-slim -my-1 flex gap-1 overflow-x-auto py-1">
      {choices.map(({ id, count }) => (
        <button
          key={id ?? "all"}
          type="button"
          aria-pressed={chosen === id}
          data-checked={chosen === id}
          onClick={() => controls.setFilter("state", id === null || chosen === id ? [] : [id])}
          className={classNames(
            "rounded-small text-small inline-flex h-7 shrink-0 items-center gap-2 border px-2.5 font-medium transition-colors",
            chosen === id ? "border-accent bg-accent-soft text-ink" : "text-ink-2 hover:bg-well hover:text-ink border-transparent",
          )}
        >
          {id === null ? "All" : <LivenessMark liveness={id} />}
          <span className="text-ink-3">{count?.toLocaleString("en") ?? "–"}</span>
        </button>
      ))}
    </div>
  );
}
