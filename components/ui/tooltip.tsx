"use client";

import { useId, useRef, type ReactNode } from "react";
import { classNames } from "./class-names";
import { placeBeside } from "./place-beside";

interface TooltipProps {
  readonly tip: ReactNode;
  readonly className?: string;
  /** The words become reachable by Tab themselves; leave it off around something that already is. */
  readonly isFocusable?: boolean;
  readonly children: ReactNode;
}

/** More words on hover and on focus; Esc puts them away. Never the only place of something needed. */
export function Tooltip({ tip, className, isFocusable = false, children }: TooltipProps) {
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const panel = useRef<HTMLSpanElement>(null);
  const hide = () => {
    if (panel.current?.matches(":popover-open")) panel.current.hidePopover();
  };
  const show = () => {
    if (!anchor.current || !panel.current || panel.current.matches(":popover-open")) return;
    panel.current.showPopover();
    placeBeside(anchor.current, panel.current, "center");
  };
  return (
    <span
      ref={anchor}
      className={classNames("rounded-small inline-flex min-w-0", className)}
      tabIndex={isFocusable ? 0 : undefined}
      aria-describedby={id}
      onPointerEnter={show}
      onPointerLeave={hide}
      onFocus={show}
      onBlur={hide}
      onKeyDown={(event) => {
        if (event.key === "Escape") hide();
      }}
    >
      {children}
      <span
        ref={panel}
        id={id}
        role="tooltip"
        popover="manual"
        className="rounded-small border-line-strong bg-surface text-small text-ink shadow-pop pointer-events-none fixed max-w-72 border px-2 py-1 font-normal normal-case"
      >
        {tip}
      </span>
    </span>
  );
}
