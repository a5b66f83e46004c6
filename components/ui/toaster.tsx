"use client";

import { X } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { Button, IconButton } from "./button";
import { classNames } from "./class-names";
import { toasts, type Toast } from "./toast-store";

const DURATION_MS = 5000;
const EDGES = {
  neutral: "border-l-control",
  accent: "border-l-accent",
  live: "border-l-live-mark",
  quiet: "border-l-quiet-mark",
  alarm: "border-l-alarm-mark",
};
const none: readonly Toast[] = [];

function ToastCard({ toast }: { readonly toast: Toast }) {
  const [isHeld, setIsHeld] = useState(false);
  const { id, durationMs = DURATION_MS } = toast;
  useEffect(() => {
    if (isHeld || durationMs === null) return undefined;
    const timer = setTimeout(() => toasts.dismiss(id), durationMs);
    return () => clearTimeout(timer);
  }, [isHeld, durationMs, id]);
  return (
    <li
      onPointerEnter={() => setIsHeld(true)}
      onPointerLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
      className={classNames(
        "rounded-panel border-line-strong bg-surface shadow-pop rise pointer-events-auto flex items-start gap-3 border border-l-4 py-2 pr-1.5 pl-3",
        EDGES[toast.tone ?? "neutral"],
      )}
    >
      <div className="min-w-0 flex-1 py-0.5">
        <p className="font-medium break-words">{toast.title}</p>
        {toast.detail !== undefined && <p className="text-small text-ink-2 break-words">{toast.detail}</p>}
      </div>
      {toast.action && (
        <Button
          size="small"
          onClick={() => {
            toast.action?.onPress();
            toasts.dismiss(id);
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <IconButton label="Dismiss" size="small" onClick={() => toasts.dismiss(id)}>
        <X className="size-3.5" aria-hidden />
      </IconButton>
    </li>
  );
}

/** Where the notes appear; one per page, read politely by screen readers. */
export function Toaster() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.get, () => none);
  return (
    <section
      aria-label="Notices"
      aria-live="polite"
      className="pointer-events-none fixed right-4 bottom-4 z-40 w-[22rem] max-w-[calc(100vw-2rem)] max-md:bottom-20"
    >
      <ul className="flex flex-col gap-2">
        {shown.map((toast) => (
          <ToastCard key={toast.id} toast={toast} />
        ))}
      </ul>
    </section>
  );
}
