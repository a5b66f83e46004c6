"use client";

import { useEffect, useState } from "react";

const TURN_EVERY_MS = 15_000;

/** Which of `count` slides is on; turns by itself, by arrow keys, and stands still on Space. */
export function useRotation(count: number) {
  const [at, setAt] = useState(0);
  const [isPaused, setIsPaused] = useState(false);
  useEffect(() => {
    if (isPaused || count < 2) return undefined;
    const timer = setInterval(() => setAt((current) => current + 1), TURN_EVERY_MS);
    return () => clearInterval(timer);
  }, [isPaused, count]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLButtonElement && event.key === " ") return;
      if (event.key === "ArrowRight") setAt((current) => current + 1);
      else if (event.key === "ArrowLeft") setAt((current) => Math.max(0, current - 1));
      else if (event.key === " ") setIsPaused((current) => !current);
      else return;
      event.preventDefault();
    };
    globalThis.addEventListener("keydown", onKeyDown);
    return () => globalThis.removeEventListener("keydown", onKeyDown);
  }, []);
  return { at: at % Math.max(1, count), isPaused, togglePause: () => setIsPaused(!isPaused) };
}
