import type { Json, JsonObject } from "../fleet/thing.ts";
import { AppError, type AppErrorCode } from "../platform/app-error.ts";
import type { CommandView } from "./command-view.ts";
import { leafOf } from "./field-path.ts";
import { isObject, isSameJson } from "./shadow-state.ts";

/** The shadow as the live stream shows it. */
export interface SeenShadow {
  version: number | null;
  desired: JsonObject;
  reported: JsonObject;
}

/** What was asked with one press; `pressedAtMs` is epoch ms of the clock that `onShadow` is given. */
export interface Press {
  commandId: string;
  field: string;
  target: Json;
  /** What was reported before; undefined when nothing was. */
  previous: Json | undefined;
  /** The version that the person saw. */
  baseVersion: number | null;
  /** `reported.lastError` at the press, so that an old refusal is not taken for this one. */
  errorBefore: string;
  pressedAtMs: number;
  /** Who asked, when it was not this tab. */
  by: string | null;
}

/** Somebody's change that stood in the way. */
export interface Rival {
  who: string;
  value: Json | undefined;
  atMs: number;
}

/** Where one control of one device stands. What the thumb shows is never in here: that is what the device reports. */
export type SwitchState =
  | { phase: "idle" }
  | (Press & { phase: "sending" })
  | (Press & { phase: "waiting"; version: number | null; sinceMs: number; deadlineMs: number })
  | (Press & { phase: "queued"; version: number | null; deadlineMs: number })
  | (Press & { phase: "timed-out"; version: number | null })
  | (Press & { phase: "confirmed"; atMs: number; latencyMs: number })
  | (Press & { phase: "rejected"; words: string })
  | (Press & { phase: "replaced"; byId: string | null })
  | (Press & { phase: "ended"; outcome: "withdrawn" | "expired" })
  | (Press & { phase: "offline" })
  | (Press & { phase: "conflict"; currentVersion: number | null; rival: Rival | null; isSameField: boolean })
  | (Press & { phase: "locked"; note: string; who: string })
  | (Press & { phase: "failed"; code: AppErrorCode; sentence: string; isRetryable: boolean });

export type SwitchPhase = SwitchState["phase"];
/** A refused or failed request, as the browser received it. */
export interface CommandFailure {
  code: AppErrorCode;
  sentence: string;
  isRetryable: boolean;
  details: Record<string, unknown> | undefined;
}

export const IDLE: SwitchState = { phase: "idle" };
type OpenState = Extract<SwitchState, { phase: "sending" | "waiting" | "queued" | "timed-out" }>;
const OPEN_PHASES: ReadonlySet<SwitchPhase> = new Set<OpenState["phase"]>(["sending", "waiting", "queued", "timed-out"]);

/** True while the command may still change something. */
export const isOpen = (state: SwitchState): state is OpenState => OPEN_PHASES.has(state.phase);

/** A press, just now. */
export function begin(
  press: Pick<Press, "commandId" | "field" | "target">,
  shadow: SeenShadow,
  { nowMs, baseVersion }: { nowMs: number; baseVersion: number | null },
): Extract<SwitchState, { phase: "sending" }> {
  const previous = leafOf(shadow.reported, press.field);
  return { ...press, phase: "sending", previous, baseVersion, errorBefore: errorText(shadow), pressedAtMs: nowMs, by: null };
}

/** A command found in the log: another tab's, another person's, or this page's before it was reloaded. */
export function restore(row: CommandView, field: string, shadow: SeenShadow, by: string | null): SwitchState {
  const target = row.patch ? leafOf(row.patch, field) : undefined;
  if (target === undefined) return IDLE;
  const previous = leafOf(row.before?.reported ?? {}, field);
  const press = { commandId: row.commandId, field, target, previous, baseVersion: row.expectedVersion, pressedAtMs: row.atMs, by };
  return onRow({ ...press, phase: "sending", errorBefore: errorText(shadow) }, row);
}

/** The state after the log's row was read. A row that knows less than the live stream already showed changes nothing. */
export function onRow(state: SwitchState, row: CommandView): SwitchState {
  if (state.phase === "idle" || state.commandId !== row.commandId || !isOpen(state)) return state;
  const press = pressOf(state);
  switch (row.status) {
    case "pending":
    case "recorded":
      return state;
    case "accepted": {
      const { version, deadlineMs, statusAtMs, timeoutMs } = row;
      if (row.expiresAtMs !== null) return { ...press, phase: "queued", version, deadlineMs: row.expiresAtMs };
      return { ...press, phase: "waiting", version, sinceMs: statusAtMs, deadlineMs: deadlineMs ?? statusAtMs + timeoutMs };
    }
    case "timed-out":
      return { ...press, phase: "timed-out", version: row.version };
    case "confirmed":
      return { ...press, phase: "confirmed", atMs: row.statusAtMs, latencyMs: row.latencyMs ?? 0 };
    case "rejected-by-device":
      return { ...press, phase: "rejected", words: row.words ?? "refused without a reason" };
    case "superseded":
    case "changed-by-someone-else":
      return { ...press, phase: "replaced", byId: row.byId };
    case "withdrawn":
    case "expired":
      return { ...press, phase: "ended", outcome: row.status };
    case "denied":
    case "refused":
    case "failed":
    case "unknown":
      return failed(press, row.code);
  }
}

/** No row after this long: the request never reached the log, whose row comes before anything else. */
const ROW_COMES_WITHIN_MS = 20_000;

/**
 * The state after the log could not say what became of a press that got no answer. A server that does not answer may have been killed before or after
 * it wrote: only a log that answers without a row, long after the press, tells that nothing was made.
 */
export function onNoRow(state: SwitchState, error: Error, nowMs: number): SwitchState {
  if (state.phase !== "sending" || nowMs - state.pressedAtMs < ROW_COMES_WITHIN_MS) return state;
  const isMissing = error instanceof AppError && error.code === "command/not-found";
  const sentence = isMissing
    ? "The server could not be reached. The change was not made."
    : "The server cannot be reached, so it is not known whether the change was made. What the device reports is shown.";
  return { ...pressOf(state), phase: "failed", code: "service/unavailable", sentence, isRetryable: isMissing };
}

/** The state after the request itself was refused or lost. */
export function onFailure(state: SwitchState, failure: CommandFailure): SwitchState {
  if (state.phase !== "sending") return state;
  const press = pressOf(state);
  const { code, sentence, isRetryable, details = {} } = failure;
  if (code === "thing/offline") return { ...press, phase: "offline" };
  if (code === "shadow/locked") return { ...press, phase: "locked", note: textOf(details.note), who: textOf(details.by) };
  if (code === "shadow/conflict") return conflictOf(press, details);
  return { ...press, phase: "failed", code, sentence, isRetryable };
}

/** The state after the live stream showed a newer shadow. */
export function onShadow(state: SwitchState, shadow: SeenShadow, nowMs: number): SwitchState {
  if (state.phase === "idle" || !isOpen(state) || shadow.version === null) return state;
  const own = state.phase === "sending" ? null : state.version;
  if (shadow.version <= (own ?? state.baseVersion ?? -1)) return state;
  const press = pressOf(state);
  const isAsked = isSameJson(leafOf(shadow.desired, state.field), state.target);
  const isDone = isSameJson(leafOf(shadow.reported, state.field), state.target);
  // Before the answer came, only a shadow that holds the wish can speak of it.
  if (own === null && !isAsked) return state;
  if (isDone) return { ...press, phase: "confirmed", atMs: nowMs, latencyMs: Math.max(0, nowMs - state.pressedAtMs) };
  if (!isAsked) return { ...press, phase: "replaced", byId: null };
  const words = refusalOf(state, shadow);
  return words === null ? state : { ...press, phase: "rejected", words };
}

/** True when the device reports something else than was asked, and said so after it was asked. */
export function isDrifted(
  shadow: SeenShadow & { metadata: { desired?: JsonObject | undefined; reported?: JsonObject | undefined } },
  field: string,
): boolean {
  const desired = leafOf(shadow.desired, field);
  if (desired === undefined || isSameJson(desired, leafOf(shadow.reported, field))) return false;
  const askedAt = leafOf(shadow.metadata.desired ?? {}, `${field}.timestamp`);
  const saidAt = leafOf(shadow.metadata.reported ?? {}, `${field}.timestamp`);
  return typeof askedAt === "number" && typeof saidAt === "number" && saidAt > askedAt;
}

/** A conflict in which nobody touched this control: the same wish may be sent again on top of the newer version. */
export function mayRetryQuietly(state: SwitchState): state is Extract<SwitchState, { phase: "conflict" }> {
  return state.phase === "conflict" && !state.isSameField && state.currentVersion !== null;
}

function pressOf(state: Exclude<SwitchState, { phase: "idle" }>): Press {
  const { commandId, field, target, previous, baseVersion, errorBefore, pressedAtMs, by } = state;
  return { commandId, field, target, previous, baseVersion, errorBefore, pressedAtMs, by };
}

function failed(press: Press, code: string | null): SwitchState {
  const isUnknown = code === "shadow/outcome-unknown";
  const sentence = isUnknown ? "No answer came back. What the device reports is shown." : "The change was not made.";
  return { ...press, phase: "failed", code: (code ?? "service/internal") as AppErrorCode, sentence, isRetryable: true };
}

function conflictOf(press: Press, details: Record<string, unknown>): SwitchState {
  const changes = Array.isArray(details.changes) ? (details.changes as { who?: unknown; patch?: JsonObject | null; atMs?: unknown }[]) : [];
  const touching = changes.find(({ patch }) => isObject(patch ?? undefined) && leafOf(patch ?? {}, press.field) !== undefined);
  const rival = touching && { who: textOf(touching.who), value: leafOf(touching.patch ?? {}, press.field), atMs: Number(touching.atMs) };
  const reported = isObject(details.reported as Json) ? leafOf(details.reported as JsonObject, press.field) : undefined;
  const isSameField = details.touchesSameField === true || !isSameJson(reported, press.previous);
  const currentVersion = typeof details.currentVersion === "number" ? details.currentVersion : null;
  return { ...press, phase: "conflict", currentVersion, rival: rival ?? null, isSameField };
}

/** A device that refuses reports `lastError: { commandId, field, message }` (docs of the device contract). */
function refusalOf(press: Press, shadow: SeenShadow): string | null {
  const error = shadow.reported.lastError;
  if (!isObject(error) || errorText(shadow) === press.errorBefore) return null;
  const isMine = typeof error.commandId === "string" ? error.commandId === press.commandId : error.field === press.field;
  if (!isMine) return null;
  return typeof error.message === "string" ? error.message.slice(0, 500) : "refused without a reason";
}

const errorText = ({ reported }: SeenShadow): string => JSON.stringify(reported.lastError ?? null);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
