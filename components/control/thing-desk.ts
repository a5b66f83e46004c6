import type { Json } from "@/lib/fleet/thing";
import { AppError } from "@/lib/platform/app-error";
import type { CommandView } from "@/lib/shadow/command-view";
import type { commandApi } from "@/lib/shadow/command-api.client";
import { leafOf, patchOf } from "@/lib/shadow/field-path";
import { isSameJson } from "@/lib/shadow/shadow-state";
import {
  begin,
  IDLE,
  isOpen,
  mayRetryQuietly,
  onFailure,
  onNoRow,
  onRow,
  onShadow,
  restore,
  type SeenShadow,
  type SwitchState,
} from "@/lib/shadow/switch-state";
import type { ThingLive } from "@/lib/telemetry/thing-live";

/** Somebody else's change of a control, for a while after it happened. */
export interface ForeignNote {
  kind: "asked" | "device";
  who: string | null;
  value: Json | undefined;
  atMs: number;
}

/** What a control shows besides what its device reports. Replaced, never changed. */
export interface FieldDesk {
  state: SwitchState;
  note: ForeignNote | null;
}

export interface ThingDeskParts {
  thingName: string;
  api: Pick<typeof commandApi, "setDesired" | "find" | "withdraw" | "keepWaiting" | "listOpen">;
  /** The server's clock, which a machine set to another hour does not move. */
  nowMs: () => number;
  live: () => ThingLive;
  /** True where the viewer may read the log. */
  mayReadLog: boolean;
  onChange: () => void;
}

/** Undo is offered this long. */
export const UNDO_MS = 8_000;
const NOTE_MS = 12_000;
/** A second press on the same device within this time is a double click, not a wish. */
const DEBOUNCE_MS = 250;
const QUIET_RETRIES_MAX = 2;
const POLL_MS = 5_000;
const NOTHING: FieldDesk = { state: IDLE, note: null };

interface AnswerOptions {
  ifOffline?: "refuse" | "queue";
  expiresAtMs?: number;
  /** The version to write on top of; the live shadow's unless given. */
  version?: number | null;
}

/** The controls of one device: sends presses, and follows each to its end on the live stream, with the log as the second source. */
export class ThingDesk {
  readonly #parts: ThingDeskParts;
  readonly #fields = new Map<string, FieldDesk>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #ownIds = new Set<string>();
  readonly #withdrawing = new Set<string>();
  #seen: ThingLive | null = null;
  #pressedAtMs = -Infinity;
  #versionMin = -1;

  constructor(parts: ThingDeskParts) {
    this.#parts = parts;
    this.#seen = parts.live();
  }

  field(name: string): FieldDesk {
    return this.#fields.get(name) ?? NOTHING;
  }

  /** True while a command needs the stream even if nothing on screen does. */
  get isBusy(): boolean {
    return [...this.#fields.values()].some(({ state }) => isOpen(state));
  }

  /** The newest version that this page knows of; null while it knows none. */
  version(): number | null {
    const { version } = this.#parts.live();
    return version === null ? null : Math.max(version, this.#versionMin);
  }

  /**
   * Sends a wish, on top of `version` where a question was answered first. Ignored when it comes right after another press on this device, or
   * while this control is sending.
   */
  press(field: string, target: Json, version = this.version()): void {
    const nowMs = performance.now();
    if (nowMs - this.#pressedAtMs < DEBOUNCE_MS) return;
    this.#pressedAtMs = nowMs;
    this.answer(field, target, { version });
  }

  /**
   * Sends what a note offered: queue, set anyway, try again, undo. Never taken for a double click, since the button
   * was not there when the press before it was made; still ignored while this control is sending.
   */
  answer(field: string, target: Json, options: AnswerOptions = {}): void {
    if (this.field(field).state.phase === "sending") return;
    void this.#send(field, target, { ...options, tryCount: 0 });
  }

  /** Puts a finished command's note away. */
  dismiss(field: string): void {
    if (!isOpen(this.field(field).state)) this.#set(field, { state: IDLE, note: null });
  }

  /** Takes the wish back. Until the answer is here the stream may show our own withdrawal, which is nobody else's change. */
  async withdraw(field: string): Promise<void> {
    this.#withdrawing.add(field);
    try {
      await this.#ask(field, this.#parts.api.withdraw);
    } finally {
      this.#withdrawing.delete(field);
    }
  }

  keepWaiting(field: string): Promise<void> {
    return this.#ask(field, this.#parts.api.keepWaiting);
  }

  /** Takes up commands that were open before this page was. */
  async takeUpOpen(): Promise<void> {
    if (!this.#parts.mayReadLog) return;
    const rows = await this.#parts.api.listOpen(this.#parts.thingName).catch(() => []);
    for (const row of rows) this.#takeUp(row);
  }

  /** Called after the live stream changed something of this device. */
  observe(): void {
    const live = this.#parts.live();
    const before = this.#seen;
    if (before === live) return;
    this.#seen = live;
    if (live.version === null || live.version === before?.version) return;
    for (const [field, { state }] of this.#fields) {
      if (!this.#withdrawing.has(field)) this.#move(field, onShadow(state, live, this.#parts.nowMs()));
    }
    if (before?.version != null) this.#noticeOthers(before, live);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  async #send(field: string, target: Json, options: AnswerOptions & { tryCount: number }): Promise<void> {
    const live = this.#parts.live();
    const commandId = crypto.randomUUID();
    const { ifOffline = "refuse", expiresAtMs, tryCount } = options;
    const baseVersion = options.version === undefined ? this.version() : options.version;
    this.#ownIds.add(commandId);
    this.#set(field, { state: begin({ commandId, field, target }, live, { nowMs: this.#parts.nowMs(), baseVersion }), note: null });
    const request = { patch: patchOf(field, target), expectedVersion: baseVersion, commandId, ifOffline };
    try {
      const row = await this.#parts.api.setDesired(this.#parts.thingName, {
        ...request,
        ...(expiresAtMs !== undefined && { expiresAtMs }),
      });
      this.#takeRow(field, row);
    } catch (error) {
      const state = this.#refused(field, commandId, error);
      if (tryCount < QUIET_RETRIES_MAX && mayRetryQuietly(state)) {
        await this.#send(field, target, { ...options, version: state.currentVersion, tryCount: tryCount + 1 });
      }
    }
  }

  #refused(field: string, commandId: string, error: unknown): SwitchState {
    const { state } = this.field(field);
    if (state.phase === "idle" || state.commandId !== commandId) return state;
    const { code, sentence, isRetryable, details } = error instanceof AppError ? error : new AppError("service/internal");
    // Sent, and no answer: the log knows, or will.
    if (code === "shadow/outcome-unknown" || code === "service/unavailable") {
      this.#follow(field, commandId, 1_000);
      return state;
    }
    const next = onFailure(state, { code, sentence, isRetryable, details });
    this.#move(field, next);
    return next;
  }

  #takeRow(field: string, row: CommandView): void {
    this.#versionMin = Math.max(this.#versionMin, row.version ?? -1);
    const { state } = this.field(field);
    // The stream may have been faster than the answer.
    this.#move(field, onShadow(onRow(state, row), this.#parts.live(), this.#parts.nowMs()));
  }

  async #ask(field: string, verb: (id: string) => Promise<CommandView>): Promise<void> {
    const { state } = this.field(field);
    if (state.phase === "idle") return;
    try {
      this.#takeRow(field, await verb(state.commandId));
    } catch (error) {
      // It has ended meanwhile: show how.
      await this.#poll(field, state.commandId);
      throw error;
    }
  }

  #takeUp(row: CommandView): void {
    for (const field of row.fields) {
      const { state } = this.field(field);
      if (state.phase !== "idle" && state.phase !== "confirmed") continue;
      this.#set(field, { ...this.field(field), state: restore(row, field, this.#parts.live(), row.actor?.name ?? null) });
    }
  }

  #move(field: string, state: SwitchState): void {
    const current = this.field(field);
    if (current.state !== state) this.#set(field, { ...current, state });
  }

  #set(field: string, desk: FieldDesk): void {
    this.#fields.set(field, desk);
    clearTimeout(this.#timers.get(field));
    this.#schedule(field, desk);
    this.#parts.onChange();
  }

  #schedule(field: string, { state, note }: FieldDesk): void {
    const later = (delayMs: number, act: () => void) => this.#timers.set(field, setTimeout(act, Math.max(50, delayMs)));
    const nowMs = this.#parts.nowMs();
    switch (state.phase) {
      case "waiting":
        return void later(Math.min(state.deadlineMs - nowMs + 150, POLL_MS), () => void this.#poll(field, state.commandId));
      case "queued":
        return void later(
          Math.min(Math.max(state.deadlineMs - nowMs + 500, 2_000), 3 * POLL_MS),
          () => void this.#poll(field, state.commandId),
        );
      case "confirmed":
        return void later(UNDO_MS, () => this.#set(field, { state: IDLE, note: null }));
      case "ended":
      case "replaced":
        return void later(NOTE_MS, () => this.#set(field, { state: IDLE, note }));
      case "idle":
        return note === null ? undefined : void later(NOTE_MS, () => this.#set(field, NOTHING));
      default:
        return undefined;
    }
  }

  #follow(field: string, commandId: string, delayMs: number): void {
    this.#timers.set(
      field,
      setTimeout(() => void this.#poll(field, commandId), delayMs),
    );
  }

  /** Asks the log; the live stream is quicker when it works. */
  async #poll(field: string, commandId: string): Promise<void> {
    const found = await this.#parts.api.find(commandId).catch((error: unknown) => error);
    const { state } = this.field(field);
    if (state.phase === "idle" || state.commandId !== commandId || !isOpen(state)) return;
    const next = found instanceof Error ? onNoRow(state, found, this.#parts.nowMs()) : onRow(state, found as CommandView);
    const isStill = next.phase === state.phase;
    this.#move(field, next);
    if (isStill) this.#follow(field, commandId, state.phase === "sending" ? 2_000 : state.phase === "waiting" ? 1_000 : POLL_MS);
  }

  #noticeOthers(before: SeenShadow, live: ThingLive): void {
    const fields = new Set([...Object.keys(before.desired), ...Object.keys(live.desired), ...Object.keys(live.reported)]);
    const isOwn = live.clientToken !== null && this.#ownIds.has(live.clientToken.replace(/^[wx]-/, "").slice(0, 36));
    for (const field of fields) {
      if (isOwn || isOpen(this.field(field).state)) continue;
      const asked = leafOf(live.desired, field);
      const said = leafOf(live.reported, field);
      const atMs = this.#parts.nowMs();
      if (!isSameJson(asked, leafOf(before.desired, field))) void this.#attribute(field, { value: asked, atMs, token: live.clientToken });
      else if (asked === undefined && !isSameJson(said, leafOf(before.reported, field)) && typeof said !== "object")
        this.#set(field, { state: this.field(field).state, note: { kind: "device", who: null, value: said, atMs } });
    }
  }

  async #attribute(field: string, change: { value: Json | undefined; atMs: number; token: string | null }): Promise<void> {
    const { value, atMs, token } = change;
    const { state } = this.field(field);
    if (state.phase !== "confirmed") this.#set(field, { state, note: { kind: "asked", who: null, value, atMs } });
    if (token === null || !this.#parts.mayReadLog) return;
    const row = await this.#parts.api.find(token).catch(() => null);
    if (row === null) return;
    if (row.status === "accepted" || row.status === "timed-out") this.#takeUp(row);
    const { note } = this.field(field);
    if (note?.atMs === atMs) this.#set(field, { ...this.field(field), note: { ...note, who: row.actor?.name ?? null } });
  }
}
