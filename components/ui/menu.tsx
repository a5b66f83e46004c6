"use client";

import type { KeyboardEvent, MouseEvent, ReactNode } from "react";
import { classNames } from "./class-names";
import type { Align } from "./place-beside";
import { Popover, type PopoverTrigger } from "./popover";

interface MenuProps {
  readonly label: string;
  readonly trigger: (props: PopoverTrigger) => ReactNode;
  readonly align?: Align;
  readonly wrapperClassName?: string;
  readonly children: ReactNode;
}

const itemsOf = (menu: HTMLElement): HTMLElement[] => [...menu.querySelectorAll<HTMLElement>("[role^=menuitem]")];

/** The item a key leads to: arrows go round, Home and End jump, a letter finds the next label that begins with it. */
function itemForKey(key: string, items: readonly HTMLElement[], focused: number): HTMLElement | undefined {
  if (key === "ArrowDown") return items[(focused + 1) % items.length];
  if (key === "ArrowUp") return items[(focused - 1 + items.length) % items.length];
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (key.length !== 1 || key === " ") return undefined;
  const fromNext = [...items.slice(focused + 1), ...items.slice(0, focused + 1)];
  return fromNext.find((item) => item.textContent.trim().toLowerCase().startsWith(key.toLowerCase()));
}

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Tab") {
    event.currentTarget.hidePopover();
    return;
  }
  const items = itemsOf(event.currentTarget);
  const next = itemForKey(event.key, items, items.indexOf(document.activeElement as HTMLElement));
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
}

/** A list of actions or choices that opens from a button. */
export function Menu({ label, trigger, align = "end", wrapperClassName, children }: MenuProps) {
  return (
    <Popover
      kind="menu"
      label={label}
      trigger={trigger}
      align={align}
      onKeyDown={moveFocus}
      className="min-w-44 p-1"
      {...(wrapperClassName === undefined ? {} : { wrapperClassName })}
    >
      {children}
    </Popover>
  );
}

interface MenuItemProps {
  readonly icon?: ReactNode;
  /** Set for a choice: a tick stands before the chosen one. */
  readonly isChecked?: boolean;
  readonly isDisabled?: boolean;
  readonly isDanger?: boolean;
  /** Keeps the menu open after the press, for several choices in a row. */
  readonly keepsOpen?: boolean;
  readonly hint?: ReactNode;
  readonly onSelect?: () => void;
  /** Makes the item a link. */
  readonly href?: string;
  readonly children: ReactNode;
}

function Tick({ isShown }: { readonly isShown: boolean }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden className="size-3 shrink-0">
      {isShown && <path d="m2 6.5 2.8 2.8L10 3.4" fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" />}
    </svg>
  );
}

/** One entry of a menu. */
export function MenuItem(props: MenuItemProps) {
  const { icon, isChecked, isDisabled = false, isDanger = false, keepsOpen = false, hint, onSelect, href, children } = props;
  const common = {
    role: isChecked === undefined ? "menuitem" : "menuitemcheckbox",
    "aria-checked": isChecked,
    "aria-disabled": isDisabled || undefined,
    tabIndex: -1,
    onClick: (event: MouseEvent<HTMLElement>) => {
      if (isDisabled) {
        event.preventDefault();
        return;
      }
      if (!keepsOpen) event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
      onSelect?.();
    },
    className: classNames(
      "flex w-full items-center gap-2.5 rounded-small px-2 py-1.5 text-left text-body outline-none focus:bg-raised hover:bg-raised",
      "aria-disabled:opacity-50 forced-colors:focus:outline-2",
      isDanger && "text-alarm",
    ),
  };
  const content = (
    <>
      {isChecked !== undefined && <Tick isShown={isChecked} />}
      {icon !== undefined && <span className="text-ink-3">{icon}</span>}
      <span className="min-w-0 flex-1">{children}</span>
      {hint !== undefined && <span className="text-small text-ink-3">{hint}</span>}
    </>
  );
  return href === undefined ? (
    <button type="button" {...common}>
      {content}
    </button>
  ) : (
    <a href={href} {...common}>
      {content}
    </a>
  );
}

/** A caption above a group of entries. */
export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return (
    <div role="presentation" className="caption px-2 pt-2 pb-1">
      {children}
    </div>
  );
}

/** A hairline between groups of entries. */
export function MenuSeparator() {
  return <div role="separator" className="bg-line my-1 h-px" />;
}
