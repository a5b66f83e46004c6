"use client";

import { useEffect, useRef, type RefObject } from "react";
import { isTyping } from "../shell/use-shortcuts";

interface RowKeys {
  readonly box: RefObject<HTMLElement | null>;
  readonly count: number;
  readonly rowHeight: number;
  /** The line of each row: heads of sections stand between them. */
  readonly lineOf: readonly number[];
  readonly onToggle: (index: number) => void;
  readonly onClear: () => void;
  readonly onSearch: () => void;
}

const focusedRow = (): number | null => {
  const row = document.activeElement?.closest<HTMLElement>("[data-row]");
  return row ? Number(row.dataset.row) : null;
};

function focusRow(box: HTMLElement, index: number, { lineOf, rowHeight }: Pick<RowKeys, "lineOf" | "rowHeight">): void {
  const head = box.querySelector("thead")?.offsetHeight ?? 0;
  const top = (lineOf[index] ?? index) * rowHeight;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + rowHeight + head > box.scrollTop + box.clientHeight) box.scrollTop = top + rowHeight + head - box.clientHeight;
  const focusLink = () => {
    const link = box.querySelector<HTMLElement>(`[data-row="${index}"] a[data-row-link]`);
    link?.focus({ preventScroll: true });
    return link !== null;
  };
  // At once, so that the next key starts from here; a row outside the window comes into being with the next frames.
  if (!focusLink()) requestAnimationFrame(() => requestAnimationFrame(focusLink));
}

/** While a panel is open the keys are its own: Esc closes it. */
const hasOpenPanel = (): boolean => document.querySelector("[popover=auto]:popover-open, dialog[open]") !== null;

/** `j` and `k` walk the rows, `x` selects, `/` searches, Esc clears the selection. Enter opens, for the row's link has the focus. */
export function useRowKeys(keys: RowKeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { box, count, onToggle, onClear, onSearch } = latest.current;
      const element = box.current;
      if (!element || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || hasOpenPanel()) return;
      const row = focusedRow();
      const actions: Record<string, () => void> = {
        j: () => focusRow(element, Math.min(count - 1, (row ?? -1) + 1), latest.current),
        k: () => focusRow(element, Math.max(0, (row ?? 1) - 1), latest.current),
        x: () => {
          if (row !== null) onToggle(row);
        },
        "/": onSearch,
        Escape: onClear,
      };
      const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
      if (!action || (count === 0 && event.key !== "/")) return;
      event.preventDefault();
      action();
    };
    globalThis.addEventListener("keydown", onKeyDown);
    return () => globalThis.removeEventListener("keydown", onKeyDown);
  }, []);
}
