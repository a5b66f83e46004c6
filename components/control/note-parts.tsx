"use client";

import { useState, type ReactNode } from "react";
import { errorWords } from "@/lib/session/site-api.client";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { toasts } from "@/components/ui/toast-store";
import type { ControlHandle } from "./use-control";

type Tone = "plain" | "good" | "caution" | "alarm";

const TONES: Record<Tone, string> = {
  plain: "py-1.25 text-ink-2",
  good: "py-1.25 text-live",
  caution: "rounded-small bg-quiet-soft text-ink px-2 py-1.5",
  alarm: "rounded-small bg-alarm-soft text-ink px-2 py-1.5",
};
/** Size of a note's icon. */
export const ICON = "size-3.5 shrink-0";

/** A line about a control, toned by how much it needs a person. Those that follow each other by themselves are of one height. */
export function Note({ tone = "plain", icon, children }: { readonly tone?: Tone; readonly icon: ReactNode; readonly children: ReactNode }) {
  return (
    <div className={classNames("text-small flex gap-1.5", TONES[tone])}>
      <span aria-hidden className="flex h-[1lh] shrink-0 items-center">
        {icon}
      </span>
      <div className="min-w-0 flex-1 break-words">{children}</div>
    </div>
  );
}

/** What can be done about it. */
export function Actions({ children }: { readonly children: ReactNode }) {
  return <span className="mt-1.5 flex flex-wrap gap-2">{children}</span>;
}

/** A button for something that takes a request; says why when it fails. */
export function AskButton({ label, ask }: { readonly label: string; readonly ask: (() => Promise<void>) | undefined }) {
  const [isBusy, setIsBusy] = useState(false);
  const press = () => {
    setIsBusy(true);
    ask?.()
      .catch((error: unknown) => toasts.show({ title: errorWords(error), tone: "quiet" }))
      .finally(() => setIsBusy(false));
  };
  return (
    <Button size="small" isBusy={isBusy} onClick={press}>
      {label}
    </Button>
  );
}

/** Puts the note away. */
export function Dismiss({ handle }: { readonly handle: ControlHandle }) {
  return (
    <Button size="small" onClick={() => handle.desk?.dismiss(handle.field)}>
      Dismiss
    </Button>
  );
}
