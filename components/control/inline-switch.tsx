"use client";

import { Check, CircleAlert, Clock3, Lock, TagIcon, Undo2 } from "lucide-react";
import { useState } from "react";
import { inertText } from "@/components/fleet/inert-text";
import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { useKeptFocus } from "@/components/ui/use-kept-focus";
import { describeControls } from "@/lib/fleet/describe-thing";
import type { ThingSummary } from "@/lib/fleet/thing";
import type { ControlSettings } from "@/lib/fleet/thing-type-schema";
import type { SwitchPhase, SwitchState } from "@/lib/shadow/switch-state";
import { GuardDialog, StateNote } from "./answers";
import { BooleanInput } from "./control-inputs";
import { type ControlHandle, mayUndo, useControl } from "./use-control";
import { valueWords } from "./value-words";

type BooleanControl = Extract<ControlSettings, { kind: "boolean" }>;

/** Phases that a person has to answer, and those that only have something to tell. */
const ASKING: ReadonlySet<SwitchPhase> = new Set(["offline", "conflict"]);
/** Their notes end with Dismiss, Cancel or Reload: a second way to close beside it would only ask which. */
const ENDING: ReadonlySet<SwitchPhase> = new Set(["rejected", "failed", "locked", "offline", "conflict"]);
const TELLING: ReadonlySet<SwitchPhase> = new Set(["rejected", "timed-out", "failed", "queued", "locked", "offline", "conflict"]);

function firstSwitch(thing: ThingSummary): { field: string; control: BooleanControl } | null {
  const controls = describeControls(thing.thingType, thing.shadow);
  for (const [field, control] of Object.entries(controls)) if (control.kind === "boolean") return { field, control };
  return null;
}

/** A tick, and for a few seconds the way back. */
function Confirmed({ handle, state }: { readonly handle: ControlHandle; readonly state: Extract<SwitchState, { phase: "confirmed" }> }) {
  const { control, field, desk } = handle;
  return (
    <>
      <Check className="text-live -mx-0.5 size-4 shrink-0" aria-hidden />
      {mayUndo(handle, state) && (
        <IconButton
          size="small"
          label={`Undo: ${control.label} to ${valueWords(control, state.previous)}`}
          onClick={() => state.previous !== undefined && desk?.answer(field, state.previous)}
        >
          <Undo2 className="size-4" aria-hidden />
        </IconButton>
      )}
    </>
  );
}

function RowSwitch({ thing, field, control }: { readonly thing: ThingSummary; readonly field: string; readonly control: BooleanControl }) {
  const handle = useControl(thing, field, control);
  const [openFor, setOpenFor] = useState<string | null>(null);
  const [closedFor, setClosedFor] = useState<string | null>(null);
  const kept = useKeptFocus<HTMLSpanElement>((cell) => cell.querySelector<HTMLElement>("button"));
  const { state, block, value, asking } = handle;
  const commandId = state.phase === "idle" ? null : state.commandId;
  const isTelling = TELLING.has(state.phase);
  const isOpen = isTelling && commandId !== null && (openFor === commandId || (ASKING.has(state.phase) && closedFor !== commandId));
  const close = () => {
    setOpenFor(null);
    setClosedFor(commandId);
  };
  if (block?.kind === "not-permitted") {
    return (
      <Badge
        tone={value === true ? "accent" : "neutral"}
        icon={<Lock className="size-3" aria-hidden />}
        title={`${control.label}. ${block.why}`}
      >
        {valueWords(control, value)}
      </Badge>
    );
  }
  return (
    <span
      {...kept}
      className="inline-flex items-center gap-1.5 align-middle"
      data-control={field}
      data-phase={state.phase}
      title={block?.why ?? `${control.label}: ${valueWords(control, value)}`}
    >
      {typeof value === "boolean" ? (
        <BooleanInput handle={handle} control={control} />
      ) : (
        <span className="text-ink-3" title="Not reported yet; open the device to set it">
          –
        </span>
      )}
      {block?.kind === "locked-out" && <TagIcon className="text-quiet size-3.5" aria-hidden />}
      {isTelling && (
        <IconButton size="small" label={`What happened: ${control.label}`} onClick={() => setOpenFor(commandId)}>
          {state.phase === "queued" ? (
            <Clock3 className="text-quiet size-4" aria-hidden />
          ) : (
            <CircleAlert className="text-alarm size-4" aria-hidden />
          )}
        </IconButton>
      )}
      {state.phase === "confirmed" && <Confirmed handle={handle} state={state} />}
      <span role="status" className="sr-only">
        {state.phase === "confirmed" && `${control.label} confirmed: ${valueWords(control, value)}`}
        {state.phase === "rejected" && `${control.label} refused by the device`}
        {state.phase === "timed-out" && `${control.label}: the device has not answered`}
      </span>
      <Dialog
        isOpen={isOpen}
        width="narrow"
        onClose={close}
        title={`${control.label}: ${valueWords(control, value)}`}
        lead={<bdi>{inertText(thing.label || thing.thingName, 80)}</bdi>}
        footer={ENDING.has(state.phase) ? undefined : <Button onClick={close}>Close</Button>}
      >
        {isTelling && <StateNote handle={handle} />}
      </Dialog>
      {asking !== undefined && <GuardDialog handle={handle} />}
    </span>
  );
}

/** The device's first on/off control in a row of the list; a pill where it may only be read. */
export function InlineSwitch({ thing }: { readonly thing: ThingSummary }) {
  const found = firstSwitch(thing);
  return found ? <RowSwitch thing={thing} field={found.field} control={found.control} /> : <span className="text-ink-3">–</span>;
}
