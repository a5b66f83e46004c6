"use client";

import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { classNames } from "./class-names";
import { placeBeside, type Align } from "./place-beside";

/** What a trigger button must spread on itself. */
export interface PopoverTrigger {
  readonly popoverTarget: string;
  readonly "aria-expanded": boolean;
  readonly "aria-haspopup": "dialog" | "menu";
}

interface PopoverProps {
  readonly label: string;
  readonly trigger: (props: PopoverTrigger) => ReactNode;
  readonly align?: Align;
  readonly kind?: "dialog" | "menu";
  readonly className?: string;
  readonly wrapperClassName?: string;
  readonly onKeyDown?: (event: KeyboardEvent<HTMLDivElement>) => void;
  readonly onOpenChange?: (isOpen: boolean) => void;
  readonly children: ReactNode;
}

/** A small panel beside its trigger. The platform's popover gives the top layer, Esc, outside click and the return of focus. */
export function Popover(props: PopoverProps) {
  const { label, trigger, align = "start", kind = "dialog", className, wrapperClassName, onKeyDown, onOpenChange, children } = props;
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);

  useLayoutEffect(() => {
    if (!isOpen || !anchor.current || !panel.current) return undefined;
    const { current: from } = anchor;
    const { current: box } = panel;
    const place = () => placeBeside(from, box, align);
    place();
    if (kind === "menu") box.querySelector<HTMLElement>("[role^=menuitem]:not([aria-disabled=true])")?.focus();
    globalThis.addEventListener("resize", place);
    globalThis.addEventListener("scroll", place, { passive: true, capture: true });
    return () => {
      globalThis.removeEventListener("resize", place);
      globalThis.removeEventListener("scroll", place, { capture: true });
    };
  }, [isOpen, align, kind]);

  return (
    <span ref={anchor} className={classNames("inline-flex min-w-0", wrapperClassName)}>
      {trigger({ popoverTarget: id, "aria-expanded": isOpen, "aria-haspopup": kind })}
      <div
        ref={panel}
        id={id}
        popover="auto"
        role={kind}
        aria-label={label}
        tabIndex={-1}
        onKeyDown={onKeyDown}
        onToggle={(event) => {
          const isNowOpen = event.newState === "open";
          setIsOpen(isNowOpen);
          onOpenChange?.(isNowOpen);
        }}
        className={classNames(
          "scroll-slim rounded-panel border-line-strong bg-surface text-body fixed max-w-[calc(100vw-1rem)] overflow-auto border font-normal",
          "text-ink shadow-pop open:rise outline-none",
          className,
        )}
      >
        {isOpen && children}
      </div>
    </span>
  );
}
