/** The app server and the broker's acknowledgement are timed by two clocks that agree to about this much. */
const CLOCK_MARGIN_MS = 1_000;
const NAMES_PER_READ_MAX = 100;
const RETRY_MS = [2_000, 5_000, 15_000, 30_000] as const;

/** A thing on screen and when the server read what is shown of it (epoch ms, server clock; 0 for never). */
export interface ReadThing {
  thingName: string;
  site: string;
  readAtMs: number;
}

export interface StateGapParts {
  /** What is on screen, open things first. */
  watched: () => readonly ReadThing[];
  /** Reads presence and shadow of these things anew into the store; rejects when that failed. */
  read: (thingNames: string[]) => Promise<void>;
  /** Runs `task` after `delayMs`; returns its undo. */
  later: (task: () => void, delayMs: number) => () => void;
}

/**
 * Closes the gap between what the server answered and what the stream brings: a change after the answer and before the broker's
 * SUBACK arrives in neither. Each thing read before its site's state was acknowledged is read once more, once per connection.
 */
export interface StateGap {
  /** The broker has acknowledged the state of these sites, since the given times (epoch ms, server clock). */
  setHeld: (sinceMsBySite: ReadonlyMap<string, number>) => void;
  /** The connection is gone: nothing is held. */
  onLost: () => void;
  /** The connection stayed, but what came before `untilMs` (epoch ms, server clock) may be lost: everything on screen is read once more. */
  onMissed: (untilMs: number) => void;
  /** Something else is on screen. */
  onWatched: () => void;
  /** Resolves when nothing on screen is older than its subscription; rejects when that could not be read now (it is tried again by itself). */
  catchUp: () => Promise<void>;
}

class RereadGap implements StateGap {
  readonly #parts: StateGapParts;
  #sinceMsBySite: ReadonlyMap<string, number> = new Map();
  /** Read anew on this connection. */
  #done = new Set<string>();
  #running: Promise<void> | null = null;
  #cancelRetry: (() => void) | null = null;
  #failures = 0;

  constructor(parts: StateGapParts) {
    this.#parts = parts;
  }

  setHeld(sinceMsBySite: ReadonlyMap<string, number>): void {
    this.#sinceMsBySite = sinceMsBySite;
    this.onWatched();
  }

  onLost(): void {
    this.#sinceMsBySite = new Map();
    this.#done = new Set();
    this.#running = null;
    this.#failures = 0;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
  }

  onMissed(untilMs: number): void {
    const sites = [...this.#sinceMsBySite.keys()];
    this.onLost();
    this.setHeld(new Map(sites.map((site) => [site, untilMs])));
  }

  onWatched(): void {
    if (this.#cancelRetry === null) this.catchUp().catch(() => undefined);
  }

  catchUp(): Promise<void> {
    if (this.#running) return this.#running;
    if (this.#due().length === 0) return Promise.resolve();
    const running = this.#run(this.#done);
    this.#running = running;
    return running;
  }

  #due(): string[] {
    const isDue = ({ thingName, site, readAtMs }: ReadThing): boolean => {
      const sinceMs = this.#sinceMsBySite.get(site);
      return sinceMs !== undefined && !this.#done.has(thingName) && readAtMs <= sinceMs + CLOCK_MARGIN_MS;
    };
    return this.#parts
      .watched()
      .filter(isDue)
      .map(({ thingName }) => thingName);
  }

  /** `done` is this connection's: an answer that outlives its connection counts for nothing. */
  async #run(done: Set<string>): Promise<void> {
    try {
      for (let names = this.#due(); names.length > 0; names = this.#due()) {
        const part = names.slice(0, NAMES_PER_READ_MAX);
        await this.#parts.read(part);
        for (const name of part) done.add(name);
        if (this.#done !== done) return;
      }
      this.#failures = 0;
    } catch (error) {
      if (this.#done === done) this.#retry();
      throw error;
    } finally {
      if (this.#done === done) this.#running = null;
    }
  }

  #retry(): void {
    const delayMs = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? 30_000;
    this.#failures += 1;
    this.#cancelRetry = this.#parts.later(() => {
      this.#cancelRetry = null;
      this.onWatched();
    }, delayMs);
  }
}

/** A gap keeper for a page that is not subscribed yet. */
export function createStateGap(parts: StateGapParts): StateGap {
  return new RereadGap(parts);
}
