"use client";

import { classNames } from "@/components/ui/class-names";
import { heardCount, useHeard } from "@/components/live/use-heard";
import type { ThingsPage } from "@/lib/fleet/thing";
import { LivenessMark } from "./liveness-mark";
import { INDEXED_STATES, LIVENESS } from "./liveness-words";
import { countOfAll, stateCount } from "./state-counts";
import type { FleetQueryControls } from "./use-fleet-query";

/** The states with their counts; pressing one narrows the list, pressing it again widens it. */
export function StateTabs({ controls, page }: { readonly controls: FleetQueryControls; readonly page: ThingsPage | undefined }) {
  const { state } = controls.query;
  const chosen = state.length === 0 ? null : state.length === 1 ? state[0] : undefined;
  const counts = page?.countsByState;
  const all = counts && countOfAll(counts);
  const heard = heardCount(useHeard(), controls.query.site);
  const choices = [
    { id: null, count: all, title: undefined },
    ...INDEXED_STATES.map((id) => {
      const { count, coverage } = page ? stateCount(id, page, heard) : { count: null, coverage: null };
      return { id, count: count ?? undefined, title: coverage === null ? LIVENESS[id].meaning : `${LIVENESS[id].meaning}; ${coverage}` };
    }),
  ];
  return (
    <div role="group" aria-label="State" className="flex flex-wrap gap-1">
      {choices.map(({ id, count, title }) => (
        <button
          key={id ?? "all"}
          type="button"
          title={title}
          aria-pressed={chosen === id}
          data-checked={chosen === id}
          onClick={() => controls.setFilter("state", id === null || chosen === id ? [] : [id])}
          className={classNames(
            "rounded-small text-small inline-flex h-7 shrink-0 items-center gap-2 border px-2.5 font-medium transition-colors max-sm:gap-1.5 max-sm:px-2",
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
