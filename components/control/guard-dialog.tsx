"use client";

import { useState } from "react";
import { inertText } from "@/components/fleet/inert-text";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import type { ControlHandle } from "./use-control";
import { valueWords } from "./value-words";

function TypedName({ name, onYes }: { readonly name: string; readonly onYes: (isMatch: boolean) => void }) {
  return (
    <Field
      className="mt-3"
      label={
        <>
          Type <code className="font-mono select-all">{name}</code> to go on
        </>
      }
    >
      <Input
        autoFocus
        autoComplete="off"
        spellCheck={false}
        name="confirm-name"
        onChange={(event) => onYes(event.target.value.trim() === name)}
      />
    </Field>
  );
}

/** The question before a risky press: a yes, or the device's name typed out. */
export function GuardDialog({ handle }: { readonly handle: ControlHandle }) {
  const { thing, control, value, asking, answer } = handle;
  const [isTyped, setIsTyped] = useState(false);
  if (asking === undefined) return null;
  const label = inertText(thing.label || thing.thingName, 80);
  const isTyping = control.guard === "type-the-name";
  const close = (isYes: boolean) => {
    setIsTyped(false);
    answer(isYes);
  };
  return (
    <Dialog
      isOpen
      width="narrow"
      onClose={() => close(false)}
      title={`Set ${control.label} to ${valueWords(control, asking)}?`}
      lead={<bdi>{label}</bdi>}
      footer={
        <>
          <Button onClick={() => close(false)}>Cancel</Button>
          <Button type="submit" form="guard" tone="primary" disabled={isTyping && !isTyped}>
            Set to {valueWords(control, asking)}
          </Button>
        </>
      }
    >
      <form
        id="guard"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isTyping || isTyped) close(true);
        }}
      >
        <p>
          {value === undefined ? "It has not reported a value yet." : `It reports ${valueWords(control, value)} now.`} The new value shows
          when the device reports it, not before.
        </p>
        {isTyping && <TypedName name={thing.thingName} onYes={setIsTyped} />}
      </form>
    </Dialog>
  );
}
