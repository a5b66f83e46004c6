"use client";

import { TagIcon } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { commandApi } from "@/lib/shadow/command-api.client";
import { useLockWriter } from "./use-lock-writer";
import { useLock } from "./use-locks";

/** Hangs a tag on a device; asks for the note first. */
export function LockOutButton({ thingName }: { readonly thingName: string }) {
  const { reload } = useLock(thingName);
  const [isOpen, setIsOpen] = useState(false);
  const [note, setNote] = useState("");
  const { isBusy, run } = useLockWriter(() => {
    setIsOpen(false);
    setNote("");
    reload();
  });
  const isReady = note.trim() !== "";
  return (
    <>
      <Button size="small" tone="quiet" icon={<TagIcon className="size-3.5" aria-hidden />} onClick={() => setIsOpen(true)}>
        Lock out
      </Button>
      <Dialog
        isOpen={isOpen}
        width="narrow"
        onClose={() => setIsOpen(false)}
        title="Lock this device out"
        lead="Nobody can switch it from here until the tag is taken off."
        footer={
          <>
            <Button onClick={() => setIsOpen(false)}>Cancel</Button>
            <Button tone="primary" type="submit" form="lock-out" isBusy={isBusy} disabled={!isReady}>
              Hang the tag
            </Button>
          </>
        }
      >
        <form
          id="lock-out"
          onSubmit={(event) => {
            event.preventDefault();
            if (isReady) run(() => commandApi.lock(thingName, note.trim()));
          }}
        >
          <Field label="Why, and until when" hint="Everyone of the site reads this.">
            <Input autoFocus maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
          </Field>
        </form>
      </Dialog>
    </>
  );
}
