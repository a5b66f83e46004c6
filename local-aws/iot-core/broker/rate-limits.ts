/** Allows at most `perSecond` events in any second, counted over a sliding window. Times are monotonic milliseconds. */
export class SlidingWindow {
  readonly #times: Float64Array;
  #next = 0;

  constructor(perSecond: number) {
    this.#times = new Float64Array(Number.isFinite(perSecond) ? perSecond : 0).fill(-Infinity);
  }

  take(nowMs: number): boolean {
    if (this.#times.length === 0) return true;
    if (nowMs - (this.#times[this.#next] ?? 0) < 1000) return false;
    this.#times[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#times.length;
    return true;
  }

  /** Milliseconds until `take` succeeds. */
  waitMs(nowMs: number): number {
    if (this.#times.length === 0) return 0;
    return Math.max(0, (this.#times[this.#next] ?? 0) + 1000 - nowMs);
  }
}

/** Throughput that may burst one second's worth and is then delayed, never refused. */
export class ByteBudget {
  readonly #perSecond: number;
  #available: number;
  #atMs = 0;

  constructor(bytesPerSecond: number) {
    this.#perSecond = bytesPerSecond;
    this.#available = bytesPerSecond;
  }

  /** Spends `bytes` and says for how many milliseconds nothing more should move. */
  spend(bytes: number, nowMs: number): number {
    if (this.#perSecond === Infinity) return 0;
    if (this.#atMs > 0) this.#available = Math.min(this.#perSecond, this.#available + ((nowMs - this.#atMs) / 1000) * this.#perSecond);
    this.#atMs = nowMs;
    this.#available -= bytes;
    return this.#available >= 0 ? 0 : (-this.#available / this.#perSecond) * 1000;
  }
}

/** Allows an event per key once in `intervalMs`; forgets keys by itself. */
export class KeyedInterval {
  readonly #intervalMs: number;
  readonly #lastMs = new Map<string, number>();

  constructor(perSecond: number) {
    this.#intervalMs = 1000 / perSecond;
  }

  take(key: string, nowMs: number): boolean {
    if (this.#intervalMs === 0) return true;
    const last = this.#lastMs.get(key);
    if (last !== undefined && nowMs - last < this.#intervalMs) return false;
    // Re-inserted so that iteration order stays the order of time.
    this.#lastMs.delete(key);
    this.#lastMs.set(key, nowMs);
    return true;
  }

  /** Drops keys that no longer hold anybody back. */
  sweep(nowMs: number): void {
    for (const [key, last] of this.#lastMs) {
      if (nowMs - last < this.#intervalMs) return;
      this.#lastMs.delete(key);
    }
  }
}
