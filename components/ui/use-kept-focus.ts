"use client";

import { useEffect, useRef, type FocusEvent } from "react";

const isGone = (element: Element): boolean => !element.isConnected || element.matches(":disabled");

/**
 * Keeps the keyboard where it was: when what had the focus inside a box vanishes or closes, the box's `home` takes it.
 * Without it a person who pressed "Withdraw" finds the focus on the page, and a screen reader begins from the top.
 */
export function useKeptFocus<Box extends HTMLElement>(home: (box: Box) => HTMLElement | null) {
  const ref = useRef<Box>(null);
  const held = useRef<Element | null>(null);
  // After every rendering of the box: whatever made the element go has rendered it.
  useEffect(() => {
    const element = held.current;
    if (!element || !ref.current || !isGone(element)) return;
    held.current = null;
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body || activeElement === element) home(ref.current)?.focus();
  });
  return {
    ref,
    onFocus: ({ target }: FocusEvent<Box>) => {
      held.current = target;
    },
    onBlur: ({ target }: FocusEvent<Box>) => {
      if (!isGone(target)) held.current = null;
    },
  };
}
