"use client";

import Link from "next/link";
import { SeverityMark, AlarmTime } from "@/components/alarms/alarm-row";
import { alarmHref, alarmSubject, alarmValue } from "@/components/alarms/alarm-words";
import { InertText } from "@/components/fleet/thing-name";
import type { AlarmView } from "@/lib/alarms/alarm-view";

/** An alarm nobody has answered, as a row of what needs attention; it opens the device at the alarm's time. */
export function AlarmAttentionRow({ alarm }: { readonly alarm: AlarmView }) {
  const reading = `${alarmSubject(alarm)} ${alarmValue(alarm)}`.trim();
  return (
    <li className="border-line border-b last:border-b-0">
      <Link
        href={alarmHref(alarm)}
        prefetch={false}
        className="hover:bg-raised grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 px-4 py-2 -outline-offset-2 sm:grid-cols-[6.5rem_10.5rem_minmax(0,1fr)_auto] xl:grid-cols-[6.5rem_14rem_minmax(0,1fr)_auto]"
      >
        <SeverityMark alarm={alarm} className="max-sm:[&>span]:sr-only" />
        <span className="flex min-w-0 flex-col">
          <InertText text={alarm.label} className="truncate font-medium" />
          <span className="text-ink-2 line-clamp-2 break-words sm:hidden">{reading}</span>
        </span>
        <span className="text-ink-2 hidden min-w-0 truncate sm:block">{reading}</span>
        <span className="text-small text-ink-3 max-w-28 text-right text-balance sm:max-w-32 xl:max-w-none">
          <AlarmTime alarm={alarm} />
        </span>
      </Link>
    </li>
  );
}
