import { FILTERS_PER_CONNECTION, FILTERS_PER_PACKET } from "./subscription-plan.ts";

/** How long a filter is held after nobody wants it: going back and forth between pages must not thrash the broker. */
const GRACE_MS = 5_000;
/** A refused filter is asked for again after this long; policy changes take minutes to apply (AWS.md C.3). */
const REFUSED_AGAIN_MS = 60_000;
const FAILED_AGAIN_MS = 5_000;
/** Stands where the code of a SUBACK would. */
const NO_ANSWER = 0;

/** The two packets this manager sends. */
export interface SubscriptionWire {
  /** One SUBSCRIBE of at most 8 filters; resolves with the SUBACK's reason code for each; rejects when no answer came. */
  subscribe: (filters: string[]) => Promise<number[]>;
  unsubscribe: (filters: string[]) => Promise<void>;
}

export interface SubscriptionManagerParts {
  nowMs: () => number;
  /** Runs `task` after `delayMs`; returns its undo. */
  later: (task: () => void, delayMs: number) => () => void;
  onChange: () => void;
}

/** Keeps what the broker holds in step with what is wanted, within the connection's quotas. */
export interface SubscriptionManager {
  setWanted: (filters: string[]) => void;
  /** A new connection: nothing is held, everything wanted is asked for again. */
  attach: (wire: SubscriptionWire) => void;
  /** The connection is gone. */
  detach: () => void;
  isHeld: (filter: string) => boolean;
  /** When the broker's SUBACK for a filter came (by the given clock): what is published from then on arrives. Null while it is not held. */
  heldSinceMs: (filter: string) => number | null;
  /** Filters the broker refused, with the reason code. */
  refused: () => ReadonlyMap<string, number>;
  /** True when everything wanted is held or refused. */
  isSettled: () => boolean;
  /** Wanted filters whose SUBACK did not come in time; they are asked for again. */
  unansweredCount: () => number;
}

interface State {
  wanted: string[];
  wantedSet: Set<string>;
  /** Filters with the time of their SUBACK. */
  held: Map<string, number>;
  unwantedSinceMs: Map<string, number>;
  refused: Map<string, { code: number; untilMs: number }>;
  wire: SubscriptionWire | null;
  /** The connection an operation is running on; an answer that never comes on an old one blocks nobody. */
  busyWire: SubscriptionWire | null;
  cancelTimer: (() => void) | null;
}

function toDrop(state: State, nowMs: number): string[] {
  const idle = [...state.held.keys()].filter((filter) => !state.wantedSet.has(filter));
  const overdue = idle.filter((filter) => nowMs - (state.unwantedSinceMs.get(filter) ?? 0) >= GRACE_MS);
  const missingCount = state.wanted.filter((filter) => !state.held.has(filter)).length;
  const excess = state.held.size + missingCount - FILTERS_PER_CONNECTION;
  return overdue.length >= excess ? overdue : idle.slice(0, Math.max(overdue.length, excess));
}

function toAdd(state: State, nowMs: number): string[] {
  const room = FILTERS_PER_CONNECTION - state.held.size;
  return state.wanted
    .filter((filter) => !state.held.has(filter) && (state.refused.get(filter)?.untilMs ?? 0) <= nowMs)
    .slice(0, Math.min(FILTERS_PER_PACKET, room));
}

/** When something has to be looked at again: the end of a grace period or of a refusal's pause. */
function nextDueMs(state: State): number {
  const graces = [...state.unwantedSinceMs.values()].map((sinceMs) => sinceMs + GRACE_MS);
  const pauses = [...state.refused].filter(([filter]) => state.wantedSet.has(filter)).map(([, { untilMs }]) => untilMs);
  return Math.min(...graces, ...pauses);
}

async function drop(state: State, wire: SubscriptionWire, filters: string[]): Promise<void> {
  for (const filter of filters) {
    state.held.delete(filter);
    state.unwantedSinceMs.delete(filter);
  }
  // A lost UNSUBACK does no harm: the filter is ours to forget, and a cut connection holds none.
  await wire.unsubscribe(filters).catch(() => undefined);
}

async function add(state: State, wire: SubscriptionWire, filters: string[], readNowMs: () => number): Promise<void> {
  const codes = await wire.subscribe(filters).catch(() => null);
  if (state.wire !== wire) return;
  const nowMs = readNowMs();
  for (const [i, filter] of filters.entries()) {
    const code = codes?.[i] ?? null;
    if (code !== null && code < 0x80) {
      state.held.set(filter, nowMs);
      state.refused.delete(filter);
      if (!state.wantedSet.has(filter)) state.unwantedSinceMs.set(filter, nowMs);
    } else {
      state.refused.set(filter, { code: code ?? NO_ANSWER, untilMs: nowMs + (code === null ? FAILED_AGAIN_MS : REFUSED_AGAIN_MS) });
    }
  }
}

class QuotaSubscriptionManager implements SubscriptionManager {
  readonly #parts: SubscriptionManagerParts;
  readonly #state: State = {
    wanted: [],
    wantedSet: new Set(),
    held: new Map(),
    unwantedSinceMs: new Map(),
    refused: new Map(),
    wire: null,
    busyWire: null,
    cancelTimer: null,
  };

  constructor(parts: SubscriptionManagerParts) {
    this.#parts = parts;
  }

  setWanted(filters: string[]): void {
    const state = this.#state;
    state.wanted = [...new Set(filters)].slice(0, FILTERS_PER_CONNECTION);
    state.wantedSet = new Set(state.wanted);
    for (const filter of state.held.keys()) {
      if (state.wantedSet.has(filter)) state.unwantedSinceMs.delete(filter);
      else if (!state.unwantedSinceMs.has(filter)) state.unwantedSinceMs.set(filter, this.#parts.nowMs());
    }
    void this.#run();
  }

  attach(wire: SubscriptionWire): void {
    const state = this.#state;
    state.wire = wire;
    state.held.clear();
    state.refused.clear();
    state.unwantedSinceMs.clear();
    void this.#run();
  }

  detach(): void {
    const state = this.#state;
    state.wire = null;
    state.busyWire = null;
    state.held.clear();
    state.unwantedSinceMs.clear();
    state.cancelTimer?.();
    state.cancelTimer = null;
  }

  isHeld(filter: string): boolean {
    return this.#state.held.has(filter);
  }

  heldSinceMs(filter: string): number | null {
    return this.#state.held.get(filter) ?? null;
  }

  refused(): ReadonlyMap<string, number> {
    const refused = [...this.#state.refused].filter(([, { code }]) => code >= 0x80);
    return new Map(refused.map(([filter, { code }]) => [filter, code]));
  }

  isSettled(): boolean {
    const refused = this.refused();
    return this.#state.wanted.every((filter) => this.#state.held.has(filter) || refused.has(filter));
  }

  unansweredCount(): number {
    return this.#state.wanted.filter((filter) => this.#state.refused.get(filter)?.code === NO_ANSWER).length;
  }

  async #step(wire: SubscriptionWire): Promise<boolean> {
    const { nowMs } = this.#parts;
    const dropped = toDrop(this.#state, nowMs());
    if (dropped.length > 0) await drop(this.#state, wire, dropped);
    const added = this.#state.wire === wire ? toAdd(this.#state, nowMs()) : [];
    if (added.length > 0) await add(this.#state, wire, added, nowMs);
    return dropped.length + added.length > 0;
  }

  async #run(): Promise<void> {
    const state = this.#state;
    const { nowMs, later, onChange } = this.#parts;
    const { wire } = state;
    if (!wire || state.busyWire === wire) return;
    state.busyWire = wire;
    while (state.wire === wire && (await this.#step(wire))) onChange();
    if (state.wire !== wire) return;
    state.busyWire = null;
    if (toDrop(state, nowMs()).length + toAdd(state, nowMs()).length > 0) {
      void this.#run();
      return;
    }
    state.cancelTimer?.();
    const dueMs = nextDueMs(state);
    state.cancelTimer = Number.isFinite(dueMs) ? later(() => void this.#run(), Math.max(0, dueMs - nowMs())) : null;
    onChange();
  }
}

/** A manager without a connection; one operation is on the wire at a time, so the quotas hold at every moment. */
export function createSubscriptionManager(parts: SubscriptionManagerParts): SubscriptionManager {
  return new QuotaSubscriptionManager(parts);
}
