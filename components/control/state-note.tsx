"use client";

import { Ban, Check, CircleAlert, Clock3, Hourglass, TagIcon, TriangleAlert, UserRound } from "lucide-react";
import { inertText } from "@/components/fleet/inert-text";
import { TimeAgo } from "@/components/fleet/time-ago";
import { durationWords, minuteWords } from "@/components/fleet/time-words";
import { useServerNow } from "@/components/live/use-thing-live";
import { usePreferences } from "@/components/shell/preferences-provider";
import { BusyRing, Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { isSameJson } from "@/lib/shadow/shadow-state";
import type { SwitchState } from "@/lib/shadow/switch-state";
import { Actions, AskButton, Dismiss, ICON, Note } from "./note-parts";
import { OfflineChoice } from "./offline-choice";
import { type ControlHandle, mayUndo } from "./use-control";
import { valueWords } from "./value-words";

type StateOf<Phase extends SwitchState["phase"]> = Extract<SwitchState, { phase: Phase }>;
/** "4 s of 10 s", ticking for the eye only: a screen reader hears the sentence once. */
function WaitingTime({ sinceMs, deadlineMs }: { readonly sinceMs: number; readonly deadlineMs: number }) {
  const nowMs = useServerNow(250);
  if (nowMs === 0) return null;
  const goneMs = Math.min(Math.max(0, nowMs - sinceMs), deadlineMs - sinceMs);
  return (
    <span aria-hidden>
      , {durationWords(goneMs)} of {durationWords(deadlineMs - sinceMs)}
    </span>
  );
}

function Waiting({ handle, state }: { readonly handle: ControlHandle; readonly state: StateOf<"waiting"> }) {
  return (
    <Note icon={<Hourglass className={ICON} />}>
      {state.by !== null && (
        <>
          {inertText(state.by, 60)} asked for {valueWords(handle.control, state.target)}.{" "}
        </>
      )}
      Accepted, waiting for the device
      <WaitingTime sinceMs={state.sinceMs} deadlineMs={state.deadlineMs} />
    </Note>
  );
}

function Queued({ handle, state }: { readonly handle: ControlHandle; readonly state: StateOf<"queued"> }) {
  const { clock } = usePreferences();
  const nowMs = useServerNow(5_000);
  return (
    <Note tone="caution" icon={<Clock3 className={ICON} />}>
      {state.by === null ? "Queued" : `${inertText(state.by, 60)} queued`}: {valueWords(handle.control, state.target)}, until{" "}
      {nowMs === 0 ? "later" : minuteWords(state.deadlineMs, nowMs, clock)}. It is sent when the device is back.
      <Actions>
        <AskButton label="Withdraw" ask={() => handle.desk?.withdraw(handle.field) ?? Promise.resolve()} />
      </Actions>
    </Note>
  );
}

function TimedOut({ handle, state }: { readonly handle: ControlHandle; readonly state: StateOf<"timed-out"> }) {
  const { desk, field, control } = handle;
  return (
    <Note tone="caution" icon={<TriangleAlert className={ICON} />}>
      The device has not answered. The change may still apply: desired is still {valueWords(control, state.target)}.
      <Actions>
        <AskButton label="Keep waiting" ask={() => desk?.keepWaiting(field) ?? Promise.resolve()} />
        <AskButton label="Withdraw" ask={() => desk?.withdraw(field) ?? Promise.resolve()} />
      </Actions>
    </Note>
  );
}

function Confirmed({ handle, state }: { readonly handle: ControlHandle; readonly state: StateOf<"confirmed"> }) {
  const { previous } = state;
  return (
    <Note tone="good" icon={<Check className={ICON} />}>
      <span className="-my-1.25 flex min-h-7 flex-wrap items-center gap-x-2 gap-y-1">
        Confirmed by the device in{" "}
        {state.latencyMs < 950 ? `${Math.round(state.latencyMs)} ms` : `${(state.latencyMs / 1000).toFixed(1)} s`}
        {previous !== undefined && mayUndo(handle, state) && (
          <Button size="small" onClick={() => handle.desk?.answer(handle.field, previous)}>
            Undo
          </Button>
        )}
      </span>
    </Note>
  );
}

function Conflict({ handle, state }: { readonly handle: ControlHandle; readonly state: StateOf<"conflict"> }) {
  const { desk, field, control } = handle;
  const { rival, target, currentVersion } = state;
  return (
    <Note tone="caution" icon={<UserRound className={ICON} />}>
      {rival ? (
        <>
          <bdi>{inertText(rival.who, 60)}</bdi> set {valueWords(control, rival.value)} <TimeAgo atMs={rival.atMs} isPlain />.
        </>
      ) : (
        <>The device’s state changed while you pressed.</>
      )}{" "}
      Your change was not sent.
      <Actions>
        <Button size="small" onClick={() => desk?.dismiss(field)}>
          Reload
        </Button>
        <Button size="small" onClick={() => desk?.answer(field, target, { version: currentVersion })}>
          Set {valueWords(control, target)} anyway
        </Button>
      </Actions>
    </Note>
  );
}

function Offline({ handle, state }: { readonly handle: ControlHandle; readonly state: StateOf<"offline"> }) {
  const { desk, field, control } = handle;
  return (
    <Note tone="caution" icon={<Clock3 className={ICON} />}>
      The device is offline, so {valueWords(control, state.target)} was not sent. Queue it, or leave it.
      <OfflineChoice
        onQueue={(expiresAtMs) => desk?.answer(field, state.target, { ifOffline: "queue", expiresAtMs })}
        onCancel={() => desk?.dismiss(field)}
      />
    </Note>
  );
}

function Rejected({ handle, state }: { readonly handle: ControlHandle; readonly state: StateOf<"rejected"> }) {
  return (
    <Note tone="alarm" icon={<Ban className={classNames(ICON, "text-alarm")} />}>
      <span className="text-alarm font-medium">The device refused:</span> <bdi>{inertText(state.words, 300)}</bdi>
      <Actions>
        <Dismiss handle={handle} />
      </Actions>
    </Note>
  );
}

function Failed({ handle, state }: { readonly handle: ControlHandle; readonly state: StateOf<"failed"> }) {
  return (
    <Note tone="alarm" icon={<CircleAlert className={classNames(ICON, "text-alarm")} />}>
      {state.sentence}
      <Actions>
        {state.isRetryable && (
          <Button size="small" onClick={() => handle.desk?.answer(handle.field, state.target)}>
            Try again
          </Button>
        )}
        <Dismiss handle={handle} />
      </Actions>
    </Note>
  );
}

function Idle({ handle }: { readonly handle: ControlHandle }) {
  const { note, control, desired, value, isDrifted, block, desk, field } = handle;
  if (note) {
    const who = note.who ?? (note.kind === "device" ? "The device" : "Someone else");
    return (
      <Note icon={<UserRound className={ICON} />}>
        <bdi>{inertText(who, 60)}</bdi>{" "}
        {note.kind === "asked" && note.value === undefined ? "withdrew the change" : `set ${valueWords(control, note.value)}`}{" "}
        <TimeAgo atMs={note.atMs} isPlain />
      </Note>
    );
  }
  if (desired === undefined || isSameJson(desired, value)) return null;
  return (
    <Note icon={<CircleAlert className={ICON} />}>
      {isDrifted ? "Changed at the device" : "Desired and reported differ"}: desired is still {valueWords(control, desired)}.
      {block === null && value !== undefined && (
        <Actions>
          <Button size="small" onClick={() => desk?.answer(field, value)}>
            Accept {valueWords(control, value)}
          </Button>
        </Actions>
      )}
    </Note>
  );
}

function Replaced({ handle: { note, control } }: { readonly handle: ControlHandle }) {
  const isTakenBack = note !== null && note.value === undefined;
  return (
    <Note icon={<UserRound className={ICON} />}>
      <bdi>{inertText(note?.who ?? "Somebody", 60)}</bdi>{" "}
      {note === null ? "set something else" : isTakenBack ? "withdrew the change" : `set ${valueWords(control, note.value)}`} before the
      device answered.
    </Note>
  );
}

/** What is going on with a control, and what can be done about it. */
export function StateNote({ handle }: { readonly handle: ControlHandle }) {
  const { state } = handle;
  switch (state.phase) {
    case "idle":
      return <Idle handle={handle} />;
    case "sending":
      return <Note icon={<BusyRing className={ICON} />}>Sending</Note>;
    case "waiting":
      return <Waiting handle={handle} state={state} />;
    case "queued":
      return <Queued handle={handle} state={state} />;
    case "timed-out":
      return <TimedOut handle={handle} state={state} />;
    case "confirmed":
      return <Confirmed handle={handle} state={state} />;
    case "rejected":
      return <Rejected handle={handle} state={state} />;
    case "offline":
      return <Offline handle={handle} state={state} />;
    case "conflict":
      return <Conflict handle={handle} state={state} />;
    case "failed":
      return <Failed handle={handle} state={state} />;
    case "locked":
      return (
        <Note tone="caution" icon={<TagIcon className={ICON} />}>
          Locked out{state.who === "" ? "" : ` by ${inertText(state.who, 60)}`}: <bdi>{inertText(state.note, 300)}</bdi>
          <Actions>
            <Dismiss handle={handle} />
          </Actions>
        </Note>
      );
    case "replaced":
      return <Replaced handle={handle} />;
    case "ended":
      return (
        <Note icon={<Check className={ICON} />}>
          {state.outcome === "withdrawn" ? "Withdrawn." : "The queued change expired."} Desired is back to what the device reports.
        </Note>
      );
  }
}
