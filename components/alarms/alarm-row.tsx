"use client";

import { BellOff, Check, UserRound } from "lucide-react";
import Link from "next/link";
import { inertText } from "@/components/fleet/inert-text";
import { InertText } from "@/components/fleet/thing-name";
import { TimeAgo } from "@/components/fleet/time-ago";
import { durationWords, minuteWords } from "@/components/fleet/time-words";
import { useSites } from "@/components/fleet/use-sites";
import { useMetric, useServerNow } from "@/components/live/use-thing-live";
import { usePreferences } from "@/components/shell/preferences-provider";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { StatusMark } from "@/components/ui/status-mark";
import type { AlarmView } from "@/lib/alarms/alarm-view";
import { alarmHref, alarmSubject, alarmValue, isBackToNormal, limitWords, SEVERITY_LOOKS } from "./alarm-words";
import type { AlarmVerb } from "./use-alarms";

/** Shape, colour and word of how bad it is. */
export function SeverityMark({ alarm, className }: { readonly alarm: Pick<AlarmView, "severity">; readonly className?: string }) {
  const { word, shape, tone } = SEVERITY_LOOKS[alarm.severity];
  return <StatusMark shape={shape} tone={tone} word={word} {...(className === undefined ? {} : { className })} />;
}

/** Since when, and whether it is still so: a value that this tab hears is believed before the cloud's patience with it has run out. */
export function AlarmTime({ alarm }: { readonly alarm: AlarmView }) {
  const heard = useMetric(alarm.thing, alarm.metric);
  if (isBackToNormal(alarm, heard)) return <>back to normal, {alarmValue({ ...alarm, value: heard.value })}</>;
  if (alarm.isActive) {
    return (
      <>
        for <TimeAgo atMs={alarm.raisedAtMs} isBare isPlain />
      </>
    );
  }
  const lastedMs = alarm.lastSeenMs - alarm.raisedAtMs;
  return (
    <>
      {lastedMs < 1000 ? "once" : `lasted ${durationWords(lastedMs)}, ended`} <TimeAgo atMs={alarm.lastSeenMs} isPlain />
    </>
  );
}

function Answered({ alarm: { acknowledged, snoozed, assigned } }: { readonly alarm: AlarmView }) {
  const { clock } = usePreferences();
  const nowMs = useServerNow(10_000);
  if (!acknowledged && !snoozed && !assigned) return null;
  return (
    <p className="text-small text-ink-2 flex min-w-0 flex-wrap gap-x-4 gap-y-0.5 break-words">
      {assigned && (
        <span className="min-w-0">
          <UserRound className="text-ink-3 mr-1 inline size-3.5 align-[-2px]" aria-hidden />
          Assigned to <bdi className="text-ink font-medium">{inertText(assigned.to, 80)}</bdi>
          {assigned.by !== assigned.to && <> by {inertText(assigned.by, 60)}</>}, <TimeAgo atMs={assigned.atMs} isPlain />
        </span>
      )}
      {acknowledged && (
        <span className="min-w-0">
          <Check className="text-ink-3 mr-1 inline size-3.5 align-[-2px]" aria-hidden />
          {inertText(acknowledged.by, 60)}, <TimeAgo atMs={acknowledged.atMs} isPlain />
          {acknowledged.note !== "" && (
            <>
              : <bdi>{inertText(acknowledged.note, 500)}</bdi>
            </>
          )}
        </span>
      )}
      {snoozed && (
        <span className="min-w-0">
          <BellOff className="text-ink-3 mr-1 inline size-3.5 align-[-2px]" aria-hidden />
          Snoozed until {minuteWords(snoozed.untilMs, nowMs, clock)} by {inertText(snoozed.by, 60)}
        </span>
      )}
    </p>
  );
}

interface AlarmRowProps {
  readonly alarm: AlarmView;
  /** Null for whoever may only look. */
  readonly onAnswer: ((kind: AlarmVerb, alarm: AlarmView) => void) | null;
}

/** One alarm: how bad, which device, what, since when, who answered, and the answers that are left. */
export function AlarmRow({ alarm, onAnswer }: AlarmRowProps) {
  const { sites, siteLabel } = useSites();
  const value = alarmValue(alarm);
  const isDone = alarm.state === "cleared";
  const name = `${inertText(alarm.label, 60)}, ${alarmSubject(alarm)}`;
  return (
    <li
      data-row
      className={classNames(
        "border-line hover:bg-raised grid items-center gap-x-4 gap-y-1 border-b px-4 py-2.5 last:border-b-0",
        "grid-cols-[minmax(0,1fr)_auto] lg:grid-cols-[6rem_minmax(0,1.1fr)_minmax(0,1.4fr)_minmax(0,1fr)_17rem]",
      )}
    >
      <SeverityMark alarm={alarm} className={classNames("font-medium", isDone && "text-ink-2")} />
      <span className="text-small text-ink-3 text-right lg:hidden">
        <AlarmTime alarm={alarm} />
      </span>
      <span className="col-span-2 flex min-w-0 flex-col lg:col-span-1">
        <Link
          href={alarmHref(alarm)}
          prefetch={false}
          data-row-link
          className="rounded-small min-w-0 truncate font-medium hover:underline"
          title="Open the device at the time of this alarm"
        >
          <InertText text={alarm.label} />
        </Link>
        <span className="text-small text-ink-3 truncate">{sites.length > 1 ? siteLabel(alarm.site) : alarm.thing}</span>
      </span>
      <span className="col-span-2 flex min-w-0 flex-col lg:col-span-1">
        <span className="min-w-0 truncate">
          {alarmSubject(alarm)} {value !== "" && <span className="font-semibold tabular-nums">{value}</span>}
        </span>
        <span className="text-small text-ink-3 truncate">
          {limitWords(alarm)}
          {alarm.peak !== alarm.severity && ", was critical"}
        </span>
      </span>
      <span className="text-small text-ink-2 hidden min-w-0 lg:block">
        <AlarmTime alarm={alarm} />
      </span>
      {onAnswer && !isDone && (
        <span className="col-span-2 flex gap-2 lg:col-span-1">
          {alarm.state === "unacknowledged" && (
            <Button size="small" onClick={() => onAnswer("acknowledge", alarm)}>
              Acknowledge<span className="sr-only"> {name}</span>
            </Button>
          )}
          <Button size="small" tone="quiet" onClick={() => onAnswer("assign", alarm)}>
            {alarm.assigned ? "Reassign" : "Assign"}
            <span className="sr-only"> {name}</span>
          </Button>
          {(alarm.isActive || alarm.snoozed) && (
            <Button size="small" tone="quiet" onClick={() => onAnswer("snooze", alarm)}>
              {alarm.snoozed ? "Wake" : "Snooze"}
              <span className="sr-only"> {name}</span>
            </Button>
          )}
        </span>
      )}
      <span className="col-span-full empty:hidden lg:col-start-2 lg:col-end-[-1]">
        <Answered alarm={alarm} />
      </span>
    </li>
  );
}
