"use client";

import { Lock, PencilLine, TagIcon, Unplug } from "lucide-react";
import { useId, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { BusyRing } from "@/components/ui/button";
import { useKeptFocus } from "@/components/ui/use-kept-focus";
import type { ThingSummary } from "@/lib/fleet/thing";
import type { ControlSettings } from "@/lib/fleet/thing-type-schema";
import { isSameJson } from "@/lib/shadow/shadow-state";
import { GuardDialog, StateNote } from "./answers";
import { BooleanInput, ChoiceInput, NumberInput, TextInput } from "./control-inputs";
import { type Block, type ControlHandle, useControl } from "./use-control";
import { valueWords } from "./value-words";

function ControlInput({ handle, describedBy }: { readonly handle: ControlHandle; readonly describedBy: string }) {
  const { control } = handle;
  switch (control.kind) {
    case "boolean":
      return <BooleanInput handle={handle} control={control} describedBy={describedBy} />;
    case "number":
      return <NumberInput handle={handle} control={control} describedBy={describedBy} />;
    case "enum":
      return <ChoiceInput handle={handle} control={control} describedBy={describedBy} />;
    case "text":
      return <TextInput handle={handle} control={control} describedBy={describedBy} />;
  }
}

const BLOCK_ICONS = { "not-permitted": Lock, "locked-out": TagIcon, "link-down": Unplug, starting: Unplug };

function BlockWords({ block }: { readonly block: Block }) {
  const Icon = BLOCK_ICONS[block.kind];
  return (
    <span className="text-small text-ink-3 inline-flex items-center gap-1">
      <Icon className="size-3" aria-hidden />
      {block.why}
    </span>
  );
}

/** Where the keyboard goes when a note's buttons go: the control itself, or the row while that is closed. */
const homeOf = (row: HTMLElement): HTMLElement =>
  row.querySelector<HTMLElement>(":is([role=switch], [aria-pressed=true], input:not([type=range])):not(:disabled)") ?? row;

/** One control: what it is called, what the device reports, the means to change it, and what became of that. */
export function ControlRow({
  thing,
  field,
  control,
}: {
  readonly thing: ThingSummary;
  readonly field: string;
  readonly control: ControlSettings;
}) {
  const handle = useControl(thing, field, control);
  const id = useId();
  const kept = useKeptFocus<HTMLDivElement>(homeOf);
  const { value, desired, target, isMoving, block, state, note, asking, isDrifted } = handle;
  const isInline = control.kind === "boolean";
  const [hasTold, setHasTold] = useState(false);
  if (!hasTold && (state.phase !== "idle" || note !== null)) setHasTold(true);
  return (
    <div
      {...kept}
      tabIndex={-1}
      data-control={field}
      data-phase={state.phase}
      className="border-line flex flex-col gap-1.5 border-b px-4 py-3 -outline-offset-2 last:border-b-0"
    >
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="font-medium">{control.label}</span>
          <span className="text-ink-2 min-w-0 break-words" data-live-area>
            {(value !== undefined || !isInline) && <bdi>{valueWords(control, value)}</bdi>}
            {target !== undefined && <span className="text-ink-3"> → {valueWords(control, target)}</span>}
          </span>
          {isDrifted && (
            <Badge
              tone="quiet"
              icon={<PencilLine className="size-3" aria-hidden />}
              title="The device changed this itself after it was asked for something else"
            >
              changed at device
            </Badge>
          )}
          {isMoving && !isInline && <BusyRing className="text-accent" />}
        </div>
        {isInline && <ControlInput handle={handle} describedBy={id} />}
      </div>
      {!isInline && <ControlInput handle={handle} describedBy={id} />}
      <div id={id} className="empty:hidden">
        {block !== null && block.kind !== "locked-out" && <BlockWords block={block} />}
      </div>
      {/* The room stays once it was needed: what passes by itself must not move the controls below under a pointer. */}
      <div role="status" aria-live="polite" className={hasTold ? "min-h-7" : "empty:hidden"}>
        {(state.phase !== "idle" || note !== null || (desired !== undefined && !isSameJson(desired, value))) && (
          <StateNote handle={handle} />
        )}
      </div>
      {asking !== undefined && <GuardDialog handle={handle} />}
    </div>
  );
}
