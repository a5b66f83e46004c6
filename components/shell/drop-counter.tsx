"use client";

import { Filter } from "lucide-react";
import { useDropCounters } from "@/components/live/use-connection";
import { Popover } from "@/components/ui/popover";
import { dropLines, missingCount } from "./drop-lines";

/** Says that something did not reach the screen; absent while nothing is missing. */
export function DropCounter() {
  const drops = useDropCounters();
  const count = missingCount(drops);
  if (count + drops.fullSeconds === 0) return null;
  return (
    <Popover
      label="What did not reach the screen"
      align="end"
      className="w-80 p-3"
      trigger={(trigger) => (
        <button
          type="button"
          {...trigger}
          className="border-quiet/40 bg-quiet-soft text-small text-quiet inline-flex h-8 items-center gap-1.5 rounded-full border px-2.5 font-medium"
        >
          <Filter className="size-3.5" aria-hidden />
          {count > 0 && count.toLocaleString("en")}
          <span className="max-lg:sr-only">{count > 0 ? "left out" : "Stream was full"}</span>
        </button>
      )}
    >
      <p className="caption mb-2">Did not reach the screen</p>
      <ul className="space-y-1.5">
        {dropLines(drops).map((line) => (
          <li key={line.label} className="flex gap-2">
            <span className="w-14 shrink-0 text-right font-medium">{line.count.toLocaleString("en")}</span>
            <span className="text-ink-2">{line.why}</span>
          </li>
        ))}
      </ul>
    </Popover>
  );
}
