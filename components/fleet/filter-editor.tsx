"use client";

import { useId, useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Field, Select } from "@/components/ui/field";
import { Popover, type PopoverTrigger } from "@/components/ui/popover";
import type { ThingsPage } from "@/lib/fleet/thing";
import { FIELD_LABELS, FILTER_FIELDS, filterValueLabel, type FilterField } from "./fleet-query";
import { inertText } from "./inert-text";
import { INDEXED_STATES } from "./liveness-words";
import type { FleetQueryControls } from "./use-fleet-query";
import { useSites } from "./use-sites";

interface FilterEditorProps {
  /** Set to change that filter; absent to add one. */
  readonly field?: FilterField;
  readonly controls: FleetQueryControls;
  readonly page: ThingsPage | undefined;
  readonly trigger: (props: PopoverTrigger) => ReactNode;
}

function useChoices(page: ThingsPage | undefined): Record<FilterField, readonly string[]> {
  const { sites } = useSites();
  return { state: INDEXED_STATES, type: page?.thingTypes ?? [], site: sites.map((site) => site.id), group: page?.groups ?? [] };
}

function FilterForm({ field: fixed, controls, page, onDone }: Omit<FilterEditorProps, "trigger"> & { readonly onDone: () => void }) {
  const choices = useChoices(page);
  const { sites } = useSites();
  const offered = FILTER_FIELDS.filter((candidate) => choices[candidate].length > 0);
  const [field, setField] = useState<FilterField>(fixed ?? offered.find((candidate) => controls.query[candidate] === null) ?? "state");
  const [value, setValue] = useState<string>(controls.query[field] ?? "");
  const options = choices[field];
  const chosen = options.includes(value) ? value : (options[0] ?? "");
  return (
    <form
      className="flex flex-wrap items-end gap-2 p-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen !== "") controls.setFilter(field, chosen);
        onDone();
      }}
    >
      <Field label="Field" className="w-28">
        <Select
          className="w-full"
          value={field}
          disabled={fixed !== undefined}
          onChange={(event) => setField(offered.find((candidate) => candidate === event.target.value) ?? field)}
        >
          {offered.map((candidate) => (
            <option key={candidate} value={candidate}>
              {FIELD_LABELS[candidate]}
            </option>
          ))}
        </Select>
      </Field>
      <span className="text-ink-3 pb-1.5">is</span>
      <Field label="Value" className="w-44">
        <Select className="w-full" value={chosen} onChange={(event) => setValue(event.target.value)}>
          {options.map((option) => (
            <option key={option} value={option}>
              {inertText(filterValueLabel(field, option, sites), 60)}
            </option>
          ))}
        </Select>
      </Field>
      <Button type="submit" tone="primary">
        Apply
      </Button>
    </form>
  );
}

/** Field, operator, value, in a small panel beside its trigger. */
export function FilterEditor({ trigger, ...form }: FilterEditorProps) {
  const id = useId();
  return (
    <Popover
      label={form.field === undefined ? "Add a filter" : `Change the ${FIELD_LABELS[form.field].toLowerCase()} filter`}
      trigger={trigger}
    >
      <div id={id}>
        <FilterForm {...form} onDone={() => document.getElementById(id)?.closest<HTMLElement>("[popover]")?.hidePopover()} />
      </div>
    </Popover>
  );
}
