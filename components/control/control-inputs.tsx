"use client";

import { useState } from "react";
import { inertText } from "@/components/fleet/inert-text";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { Input } from "@/components/ui/field";
import { Switch } from "@/components/ui/switch";
import type { ControlSettings } from "@/lib/fleet/thing-type-schema";
import type { ControlHandle } from "./use-control";
import { valueWords } from "./value-words";

type SettingsOf<Kind extends ControlSettings["kind"]> = Extract<ControlSettings, { kind: Kind }>;
interface InputProps<Kind extends ControlSettings["kind"]> {
  readonly handle: ControlHandle;
  readonly control: SettingsOf<Kind>;
  /** Ids of the texts that explain it. */
  readonly describedBy?: string | undefined;
}

/** A control's name for a screen reader, the device's with it. */
export const controlName = ({ control, thing, block }: ControlHandle): string =>
  `${control.label}, ${inertText(thing.label || thing.thingName, 60)}${block ? ` (${block.why.toLowerCase()})` : ""}`;

/** On or off. While the device has not said which, two buttons stand for the switch: it would have to guess. */
export function BooleanInput({ handle, control, describedBy }: InputProps<"boolean">) {
  const { value, target, isMoving, block, press, state } = handle;
  const isDisabled = block !== null || isMoving || state.phase === "queued";
  if (typeof value !== "boolean") {
    return (
      <span role="group" aria-label={controlName(handle)} className="inline-flex items-center gap-1.5">
        <span className="text-ink-3" title="Not reported yet">
          –
        </span>
        {[true, false].map((wanted) => (
          <Button key={String(wanted)} size="small" disabled={isDisabled} onClick={() => press(wanted)}>
            {wanted ? control.onLabel : control.offLabel}
          </Button>
        ))}
      </span>
    );
  }
  return (
    <Switch
      label={controlName(handle)}
      value={value}
      target={typeof target === "boolean" ? target : null}
      isBusy={isMoving}
      aria-disabled={isDisabled || undefined}
      aria-describedby={describedBy}
      className={block === null ? undefined : "opacity-55"}
      onClick={() => press(!value)}
    />
  );
}

/** One of a few words; the pressed one is what the device reports, the dashed one where it was asked to go. */
export function ChoiceInput({ handle, control, describedBy }: InputProps<"enum">) {
  const { value, target, isMoving, block, press, state } = handle;
  const isDisabled = block !== null || isMoving || state.phase === "queued";
  return (
    <div role="group" aria-label={controlName(handle)} aria-describedby={describedBy} className="flex flex-wrap gap-1">
      {control.options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          data-checked={option.value === value}
          aria-disabled={isDisabled || undefined}
          onClick={() => press(option.value)}
          className={classNames(
            "text-small rounded-small h-7 border px-2.5 font-medium transition-colors aria-disabled:cursor-not-allowed aria-disabled:opacity-60",
            option.value === value ? "border-accent bg-accent-soft text-accent" : "border-line-strong text-ink-2 hover:bg-raised",
            option.value === target && option.value !== value && "border-accent border-dashed",
          )}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}

function isOnGrid(value: number, { min, max, step }: SettingsOf<"number">): boolean {
  if (!Number.isFinite(value) || value < min || value > max) return false;
  const steps = (value - min) / (step || 1);
  return step === 0 || Math.abs(steps - Math.round(steps)) < 1e-6;
}

/** A number in its range. Moving it is a draft; nothing is sent before Set. */
export function NumberInput({ handle, control, describedBy }: InputProps<"number">) {
  const { value, isMoving, block, press, state } = handle;
  const [draft, setDraft] = useState<string | null>(null);
  const { min, max, step, unit, label } = control;
  const known = typeof value === "number" ? value : null;
  const text = draft ?? known?.toString() ?? "";
  const isDisabled = block !== null || isMoving || state.phase === "queued";
  const wanted = Number(text);
  const isValid = text.trim() !== "" && isOnGrid(wanted, control);
  const isRanged = step > 0 && max - min <= 1_000;
  return (
    <form
      className="flex w-full flex-wrap items-center gap-2"
      aria-label={controlName(handle)}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isValid || isDisabled) return;
        setDraft(null);
        press(wanted);
      }}
    >
      {/* A thumb has to stand somewhere: without a value to stand on it would claim one. */}
      {isRanged && (known !== null || isValid) && (
        <input
          type="range"
          aria-label={`${label}, slider`}
          aria-describedby={describedBy}
          aria-valuetext={valueWords(control, isValid ? wanted : undefined)}
          {...{ min, max, step }}
          value={isValid ? wanted : (known ?? min)}
          disabled={isDisabled}
          onChange={(event) => setDraft(event.target.value)}
          className="accent-accent h-7 min-w-24 flex-1 cursor-pointer disabled:cursor-not-allowed"
        />
      )}
      <span className="inline-flex w-22 items-center gap-1">
        <Input
          inputMode="decimal"
          aria-label={unit === "" ? label : `${label} in ${unit}`}
          aria-invalid={draft !== null && !isValid ? true : undefined}
          value={text}
          disabled={isDisabled}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setDraft(null);
          }}
          className="text-right"
        />
        <span className="text-small text-ink-3">{unit}</span>
      </span>
      <Button type="submit" size="small" tone={draft === null ? "plain" : "primary"} disabled={isDisabled || draft === null || !isValid}>
        Set
      </Button>
      {draft !== null && !isValid && (
        <span role="alert" className="text-small text-alarm w-full">
          {isRanged ? `From ${min} to ${max}${unit === "" ? "" : ` ${unit}`}, in steps of ${step}.` : "A number, please."}
        </span>
      )}
    </form>
  );
}

/** Words of a field that nobody has described. */
export function TextInput({ handle, describedBy }: InputProps<"text">) {
  const { value, isMoving, block, press, state, control } = handle;
  const [draft, setDraft] = useState<string | null>(null);
  const isDisabled = block !== null || isMoving || state.phase === "queued";
  return (
    <form
      className="flex w-full items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (draft === null || isDisabled) return;
        setDraft(null);
        press(draft);
      }}
    >
      <Input
        aria-label={controlName(handle)}
        aria-describedby={describedBy}
        maxLength={256}
        placeholder={valueWords(control, value)}
        value={draft ?? (typeof value === "string" ? inertText(value, 256) : "")}
        disabled={isDisabled}
        onChange={(event) => setDraft(event.target.value)}
      />
      <Button type="submit" size="small" disabled={isDisabled || draft === null}>
        Set
      </Button>
    </form>
  );
}
