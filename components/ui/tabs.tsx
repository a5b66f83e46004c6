"use client";

import { useRef, type KeyboardEvent, type ReactNode } from "react";
import { classNames } from "./class-names";

export interface TabItem<Id extends string> {
  readonly id: Id;
  readonly label: ReactNode;
}

interface TabsProps<Id extends string> {
  readonly label: string;
  /** Prefix of the element ids; the panel of tab `x` is `${name}-panel-x`. */
  readonly name: string;
  readonly items: readonly TabItem<Id>[];
  readonly value: Id;
  readonly onChange: (id: Id) => void;
  readonly className?: string;
}

/** A row of tabs; arrows move and choose, as the ARIA pattern asks. */
export function Tabs<Id extends string>({ label, name, items, value, onChange, className }: TabsProps<Id>) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = items.findIndex((item) => item.id === value);
    const next = {
      ArrowRight: items[(at + 1) % items.length],
      ArrowLeft: items[(at - 1 + items.length) % items.length],
      Home: items[0],
      End: items.at(-1),
    }[event.key];
    if (!next) return;
    event.preventDefault();
    onChange(next.id);
    list.current?.querySelector<HTMLElement>(`#${CSS.escape(`${name}-tab-${next.id}`)}`)?.focus();
  };
  return (
    <div
      ref={list}
      role="tablist"
      aria-label={label}
      onKeyDown={onKeyDown}
      className={classNames("scroll-slim border-line flex gap-1 overflow-x-auto border-b max-sm:gap-0.5", className)}
    >
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          role="tab"
          id={`${name}-tab-${item.id}`}
          aria-controls={`${name}-panel-${item.id}`}
          aria-selected={item.id === value}
          tabIndex={item.id === value ? 0 : -1}
          onClick={() => onChange(item.id)}
          className={classNames(
            "-mb-px border-b-2 px-3 py-2 font-medium whitespace-nowrap -outline-offset-2 transition-colors max-sm:px-2",
            item.id === value ? "border-accent text-ink" : "text-ink-2 hover:border-line-strong hover:text-ink border-transparent",
          )}
        >
          {item.label}
        </button>
      ))}
    </div>
  );
}

/** What a tab shows. */
export function TabPanel({ name, id, children }: { readonly name: string; readonly id: string; readonly children: ReactNode }) {
  return (
    <div role="tabpanel" id={`${name}-panel-${id}`} aria-labelledby={`${name}-tab-${id}`} tabIndex={0} className="pt-4 outline-offset-4">
      {children}
    </div>
  );
}

interface SegmentedProps<Id extends string> {
  readonly label: string;
  readonly items: readonly TabItem<Id>[];
  readonly value: Id;
  readonly onChange: (id: Id) => void;
}

/** A few choices of which one holds, side by side. */
export function Segmented<Id extends string>({ label, items, value, onChange }: SegmentedProps<Id>) {
  return (
    <div role="group" aria-label={label} className="rounded-small border-line-strong bg-surface inline-flex flex-wrap border p-px">
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          aria-pressed={item.id === value}
          data-checked={item.id === value}
          onClick={() => onChange(item.id)}
          className={classNames(
            "text-small inline-flex h-7 items-center justify-center gap-1.5 rounded-[2px] px-2.5 font-medium whitespace-nowrap transition-colors max-sm:px-1.5",
            item.id === value ? "bg-accent-soft text-accent" : "text-ink-2 hover:bg-raised hover:text-ink",
          )}
        >
          {item.label}
        </button>
      ))}
    </div>
  );
}
