"use client";

import { Search, X } from "lucide-react";
import { useState, type RefObject } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/field";
import { SEARCH_LENGTH_MAX, type ThingsPage } from "@/lib/fleet/thing";
import { FilterEditor } from "./filter-editor";
import { filterChips, filterValueLabel, type FieldChip } from "./fleet-query";
import { inertText } from "./inert-text";
import type { FleetQueryControls } from "./use-fleet-query";
import { SectionChoice } from "./section-choice";
import { useSites } from "./use-sites";

interface FilterBarProps {
  readonly controls: FleetQueryControls;
  readonly page: ThingsPage | undefined;
  readonly searchBox: RefObject<HTMLInputElement | null>;
}

function SearchBox({ controls, searchBox }: Pick<FilterBarProps, "controls" | "searchBox">) {
  const { q } = controls.query;
  const [text, setText] = useState(q);
  const [seen, setSeen] = useState(q);
  // The URL changed from elsewhere (a chip, Back, a saved view): the box follows it.
  if (seen !== q) {
    setSeen(q);
    setText(q);
  }
  return (
    <div className="relative min-w-40 flex-1 sm:max-w-72">
      <Search className="text-ink-3 pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2" aria-hidden />
      <Input
        ref={searchBox}
        type="search"
        value={text}
        maxLength={SEARCH_LENGTH_MAX}
        placeholder="Find a device"
        aria-label="Find a device by name or label"
        aria-keyshortcuts="/"
        className="pl-8"
        onChange={(event) => {
          setText(event.target.value);
          setSeen(event.target.value);
          controls.setSearch(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
    </div>
  );
}

function Chip({
  chip,
  controls,
  page,
}: {
  readonly chip: FieldChip;
  readonly controls: FleetQueryControls;
  readonly page: ThingsPage | undefined;
}) {
  const words = (
    <>
      <span className="text-ink-3">
        {chip.label} {chip.operator}
      </span>
      <bdi className="text-ink max-w-40 truncate font-medium">{inertText(chip.value, 60)}</bdi>
    </>
  );
  return (
    <li className="border-line-strong bg-surface text-small inline-flex h-7 items-center rounded-full border">
      <FilterEditor
        field={chip.field}
        controls={controls}
        page={page}
        trigger={(trigger) => (
          <button type="button" {...trigger} className="hover:bg-raised flex h-full items-center gap-1.5 rounded-l-full pl-2.5">
            {words}
          </button>
        )}
      />
      <button
        type="button"
        aria-label={`Remove filter: ${chip.label} ${chip.operator} ${inertText(chip.value, 60)}`}
        onClick={() => controls.setFilter(chip.field, [])}
        className="text-ink-3 hover:bg-raised hover:text-ink grid size-7 place-items-center rounded-full"
      >
        <X className="size-3.5" aria-hidden />
      </button>
    </li>
  );
}

/** The search box, a chip for every filter (press to change, × to remove) and the way to add one. */
export function FilterBar({ controls, page, searchBox }: FilterBarProps) {
  const { sites } = useSites();
  const chips = filterChips(controls.query, (field, value) => filterValueLabel(field, value, sites));
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2">
      <SearchBox controls={controls} searchBox={searchBox} />
      {chips.length > 0 && (
        <ul aria-label="Filters" className="contents">
          {chips.map((chip) => (
            <Chip key={chip.field} chip={chip} controls={controls} page={page} />
          ))}
        </ul>
      )}
      <FilterEditor
        controls={controls}
        page={page}
        trigger={(trigger) => (
          <Button size="small" tone="quiet" {...trigger}>
            + Filter
          </Button>
        )}
      />
      {chips.length > 1 && (
        <Button size="small" tone="quiet" onClick={controls.clear}>
          Clear filters
        </Button>
      )}
      {controls.layout === "table" && <SectionChoice controls={controls} />}
    </div>
  );
}
