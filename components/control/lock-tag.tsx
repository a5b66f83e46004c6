"use client";

import { TagIcon } from "lucide-react";
import { useState } from "react";
import { errorWords } from "@/lib/session/site-api.client";
import { inertBlock, inertText } from "@/components/fleet/inert-text";
import { TimeAgo } from "@/components/fleet/time-ago";
import { useViewer } from "@/components/shell/viewer-provider";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { toasts } from "@/components/ui/toast-store";
import { commandApi } from "@/lib/shadow/command-api.client";
import type { LockView } from "@/lib/shadow/lock-view";
import { useLock } from "./use-locks";

function useLockWriter(onDone: () => void) {
  const [isBusy, setIsBusy] = useState(false);
  const run = (write: () => Promise<unknown>) => {
    setIsBusy(true);
    write()
      .then(onDone)
      .catch((error: unknown) => toasts.show({ title: errorWords(error), tone: "alarm" }))
      .finally(() => setIsBusy(false));
  };
  return { isBusy, run };
}

/** The tag that keeps everybody's hands off a device, with the reason on it. */
export function LockTag({ lock, onChange }: { readonly lock: LockView; readonly onChange: () => void }) {
  const { role } = useViewer();
  const { isBusy, run } = useLockWriter(onChange);
  return (
    <div role="note" className="border-line border-b p-3">
      <div className="rounded-small border-quiet/60 bg-quiet-soft flex gap-2 border border-dashed px-3 py-2">
        <TagIcon className="text-quiet mt-0.5 size-4 shrink-0" aria-hidden />
        <div className="min-w-0 flex-1">
          <p className="font-medium">Locked out</p>
          <p className="break-words whitespace-pre-line">
            <bdi>{inertBlock(lock.note, 500)}</bdi>
          </p>
          <p className="text-small text-ink-2 mt-1">
            {inertText(lock.by.name, 60)}, <TimeAgo atMs={lock.atMs} isPlain />
          </p>
          {role === "admin" && (
            <Button size="small" className="mt-2" isBusy={isBusy} onClick={() => run(() => commandApi.unlock(lock.thing))}>
              Take the tag off
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

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
