"use client";

import { useId, useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Checkbox, Field, Select } from "@/components/ui/field";
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

interface ValuesProps {
  readonly field: FilterField;
  readonly options: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}

function Values({ field, options, chosen, onChange }: ValuesProps) {
  const { sites } = useSites();
  return (
    <fieldset>
      <legend className="text-small text-ink-2 mb-1 font-medium">{chosen.length > 1 ? "is any of" : "is"}</legend>
      <div className="scroll-slim rounded-small border-line max-h-56 overflow-y-auto border">
        {options.map((option) => (
          <label key={option} className="hover:bg-raised flex cursor-pointer items-center gap-2.5 px-2.5 py-1.5">
            <Checkbox
              checked={chosen.includes(option)}
              onChange={(event) => onChange(event.target.checked ? [...chosen, option] : chosen.filter((value) => value !== option))}
            />
            <bdi className="truncate">{inertText(filterValueLabel(field, option, sites), 60)}</bdi>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function FilterForm({ field: fixed, controls, page, onDone }: Omit<FilterEditorProps, "trigger"> & { readonly onDone: () => void }) {
  const choices = useChoices(page);
  const offered = FILTER_FIELDS.filter((candidate) => choices[candidate].length > 0);
  const [field, setField] = useState<FilterField>(fixed ?? offered.find((candidate) => controls.query[candidate].length === 0) ?? "state");
  const [chosen, setChosen] = useState<readonly string[]>(controls.query[field]);
  const isSet = controls.query[field].length > 0;
  const change = (next: FilterField) => {
    setField(next);
    setChosen(controls.query[next]);
  };
  return (
    <form
      className="flex w-64 flex-col gap-3 p-3"
      onSubmit={(event) => {
        event.preventDefault();
        controls.setFilter(field, chosen);
        onDone();
      }}
    >
      {fixed === undefined && (
        <Field label="Field">
          <Select
            className="w-full"
            value={field}
            onChange={(event) => change(offered.find((candidate) => candidate === event.target.value) ?? field)}
          >
            {offered.map((candidate) => (
              <option key={candidate} value={candidate}>
                {FIELD_LABELS[candidate]}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Values field={field} options={choices[field]} chosen={chosen} onChange={setChosen} />
      <Button type="submit" tone="primary" disabled={chosen.length === 0 && !isSet}>
        {chosen.length === 0 && isSet ? "Take the filter away" : "Apply"}
      </Button>
    </form>
  );
}

/** Field, operator, values, in a small panel beside its trigger. */
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
