/** With nothing heard for this long the link is asked. */
const SILENCE_MS = 5_000;
/** An answer later than this, with nothing else heard meanwhile, means the link is dead although no socket said so. */
const ANSWER_MS_MAX = 8_000;
const LATENCY_EVERY_MS = 15_000;
const TICK_MS = 1_000;
/** A tick this late means that nothing ran here: the tab was frozen, or its processor busy with other things. */
const ASLEEP_MS = 10_000;

export interface LinkWatchdogParts {
  /** Asks the broker something harmless; resolves with the round trip in ms. */
  echo: () => Promise<number>;
  onLatency: (latencyMs: number) => void;
  /** The link is dead; the watchdog has stopped. */
  onSilent: () => void;
  /** Nothing ran here in this stretch of time (stamping clock), whatever arrived: it is only found now. */
  onAsleep?: (fromMs: number, toMs: number) => void;
  monotonicNowMs?: () => number;
  /** Stamps what was heard; the server's clock. */
  wallNowMs?: () => number;
}

/** Notices what the SDK does not report: a black-holed link, a stalled broker, a socket that died in sleep. */
export interface LinkWatchdog {
  start: () => void;
  stop: () => void;
  /** Something arrived. */
  heard: () => void;
  /** Asks at once, for a page that comes back to life. */
  checkNow: () => void;
  /** By the stamping clock; null before the first. */
  lastHeardMs: () => number | null;
}

class EchoWatchdog implements LinkWatchdog {
  readonly #parts: LinkWatchdogParts;
  readonly #nowMs: () => number;
  readonly #wallNowMs: () => number;
  #timer: ReturnType<typeof setInterval> | null = null;
  #heardAtMs = 0;
  #heardWallMs: number | null = null;
  #askedAtMs: number | null = null;
  #measuredAtMs = Number.NEGATIVE_INFINITY;
  #ticked = { atMs: 0, wallMs: 0 };
  #round = 0;

  constructor(parts: LinkWatchdogParts) {
    this.#parts = parts;
    this.#nowMs = parts.monotonicNowMs ?? (() => performance.now());
    this.#wallNowMs = parts.wallNowMs ?? (() => Date.now());
  }

  start(): void {
    this.stop();
    this.heard();
    this.#ticked = { atMs: this.#nowMs(), wallMs: this.#wallNowMs() };
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.checkNow();
  }

  stop(): void {
    // A connection that was lost in a sleep may end before the first tick after it.
    if (this.#timer) {
      this.#lookBack();
      clearInterval(this.#timer);
    }
    this.#timer = null;
    this.#askedAtMs = null;
    this.#measuredAtMs = Number.NEGATIVE_INFINITY;
    this.#round += 1;
  }

  heard(): void {
    this.#heardAtMs = this.#nowMs();
    this.#heardWallMs = this.#wallNowMs();
  }

  checkNow(): void {
    if (this.#timer !== null && this.#askedAtMs === null) void this.#ask();
  }

  lastHeardMs(): number | null {
    return this.#heardWallMs;
  }

  #tick(): void {
    const nowMs = this.#nowMs();
    this.#lookBack();
    if (this.#askedAtMs !== null) {
      const isDead = nowMs - Math.max(this.#askedAtMs, this.#heardAtMs) > ANSWER_MS_MAX;
      if (!isDead) return;
      this.stop();
      this.#parts.onSilent();
    } else if (nowMs - this.#heardAtMs > SILENCE_MS || nowMs - this.#measuredAtMs > LATENCY_EVERY_MS) {
      void this.#ask();
    }
  }

  #lookBack(): void {
    const { atMs, wallMs } = this.#ticked;
    this.#ticked = { atMs: this.#nowMs(), wallMs: this.#wallNowMs() };
    if (this.#ticked.atMs - atMs > ASLEEP_MS) this.#parts.onAsleep?.(wallMs, this.#ticked.wallMs);
  }

  async #ask(): Promise<void> {
    const round = this.#round;
    this.#askedAtMs = this.#nowMs();
    const latencyMs = await this.#parts.echo().catch(() => null);
    if (round !== this.#round) return;
    // A failed echo stays asked: the tick judges it, unless the socket's own end comes first.
    if (latencyMs === null) return;
    this.#askedAtMs = null;
    this.#measuredAtMs = this.#nowMs();
    this.heard();
    this.#parts.onLatency(latencyMs);
  }
}

/** A watchdog that is asleep until `start`. */
export function createLinkWatchdog(parts: LinkWatchdogParts): LinkWatchdog {
  return new EchoWatchdog(parts);
}
