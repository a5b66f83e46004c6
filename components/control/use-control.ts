"use client";

import { useEffect, useState } from "react";
import { useThingLive } from "@/components/live/use-thing-live";
import { useControlsAreLocked } from "@/components/shell/link-banner";
import { useViewer } from "@/components/shell/viewer-provider";
import type { Json, ThingSummary } from "@/lib/fleet/thing";
import type { ControlSettings } from "@/lib/fleet/thing-type-schema";
import { leafOf } from "@/lib/shadow/field-path";
import { isSameJson } from "@/lib/shadow/shadow-state";
import { isDrifted, type SwitchState } from "@/lib/shadow/switch-state";
import type { ForeignNote, ThingDesk } from "./thing-desk";
import { useFieldDesk, useThingDesk } from "./use-controls";
import { useLock } from "./use-locks";

/** Why a control cannot be pressed, in words for its user. */
export interface Block {
  kind: "not-permitted" | "locked-out" | "link-down" | "starting";
  why: string;
}

/** One control of one device, ready to draw. */
export interface ControlHandle {
  thing: ThingSummary;
  field: string;
  control: ControlSettings;
  /** What the device reports; undefined while that is not known. */
  value: Json | undefined;
  /** What the shadow asks for. */
  desired: Json | undefined;
  /** Where it was asked to go while that is under way; undefined otherwise. */
  target: Json | undefined;
  isMoving: boolean;
  isDrifted: boolean;
  state: SwitchState;
  note: ForeignNote | null;
  block: Block | null;
  desk: ThingDesk | null;
  /** Asks the guard's question first where the control has one. */
  press: (target: Json) => void;
  /** The value whose guard is being answered. */
  asking: Json | undefined;
  answer: (isYes: boolean) => void;
}

/** True while the viewer's own change may be taken back from here. */
export const mayUndo = ({ block }: ControlHandle, { by, previous, target }: Extract<SwitchState, { phase: "confirmed" }>): boolean =>
  by === null && block === null && previous !== undefined && !isSameJson(previous, target);

const MOVING = new Set<SwitchState["phase"]>(["sending", "waiting"]);
const WITH_TARGET = new Set<SwitchState["phase"]>(["sending", "waiting", "queued", "timed-out", "offline", "conflict"]);

function useBlock(thingName: string, isReady: boolean, phase: SwitchState["phase"]): Block | null {
  const { role } = useViewer();
  const isLinkDown = useControlsAreLocked();
  const { lock, reload } = useLock(role === "admin" ? thingName : null);
  // Refused for a tag that this page has not seen yet: every control of the device closes at once.
  useEffect(() => {
    if (phase === "locked") reload();
  }, [phase, reload]);
  if (role !== "admin") return { kind: "not-permitted", why: "Needs admin" };
  if (lock) return { kind: "locked-out", why: `Locked out by ${lock.by.name}` };
  if (isLinkDown) return { kind: "link-down", why: "Your connection is down" };
  return isReady ? null : { kind: "starting", why: "Connecting" };
}

/** A press that waits for its guard's answer, and what the page showed when it was made. */
interface Question {
  target: Json;
  value: Json | undefined;
  desired: Json | undefined;
  version: number | null;
}

/** Everything a control draws, and what a press of it does. */
export function useControl(thing: ThingSummary, field: string, control: ControlSettings): ControlHandle {
  const live = useThingLive(thing.thingName);
  const desk = useThingDesk(thing.thingName);
  const { state, note } = useFieldDesk(thing.thingName, field);
  const block = useBlock(thing.thingName, desk !== null, state.phase);
  const [question, setQuestion] = useState<Question | null>(null);
  const value = leafOf(live.reported, field);
  const desired = leafOf(live.desired, field);
  const isMoving = MOVING.has(state.phase);
  const press = (target: Json) => {
    if (block !== null || desk === null || isMoving || state.phase === "queued") return;
    if (isSameJson(target, value) && (desired === undefined || isSameJson(target, desired))) return;
    if (control.guard === "none") desk.press(field, target);
    else setQuestion({ target, value, desired, version: desk.version() });
  };
  const answer = (isYes: boolean) => {
    setQuestion(null);
    if (!isYes || question === null) return;
    // A yes is to what was seen when it was asked: whoever has changed this control since then is named, not overwritten.
    const isAsSeen = isSameJson(question.value, value) && isSameJson(question.desired, desired);
    desk?.press(field, question.target, isAsSeen ? undefined : question.version);
  };
  return {
    ...{ thing, field, control, value, desired, isMoving, state, note, block, desk, press, answer },
    asking: question?.target,
    target: state.phase !== "idle" && WITH_TARGET.has(state.phase) ? state.target : undefined,
    isDrifted: (state.phase === "idle" || state.phase === "confirmed") && isDrifted(live, field),
  };
}
