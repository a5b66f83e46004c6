"use client";

import { classNames } from "@/components/ui/class-names";
import { useAlarmCounts } from "./use-alarms";

/** How many alarms wait for a person, beside the page's entry in the navigation; nothing when none does. */
export function AlarmCount({ className }: { readonly className?: string }) {
  const count = useAlarmCounts()?.unacknowledged ?? 0;
  if (count === 0) return null;
  return (
    <span
      className={classNames(
        "bg-alarm text-micro text-surface min-w-4.5 rounded-full px-1 text-center font-semibold tabular-nums",
        className,
      )}
    >
      {count > 99 ? "99+" : count}
      <span className="sr-only"> not acknowledged</span>
    </span>
  );
}
