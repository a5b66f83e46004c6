/** Float32 keeps seven digits, more than a screen shows; a metric with larger numbers (counters) moves to Float64. */
const FLOAT32_EXACT_ENOUGH = 100_000;
const ROWS_MIN = 64;
/** Times are kept as ms since a base; the base moves before they overflow (49 days). */
const OFFSET_MAX = 4_000_000_000;
export const METRICS_PER_THING_MAX = 64;

type Column = Float32Array | Float64Array;

/** What fell into one pixel of a chart. */
export interface PixelColumns {
  /** NaN where nothing was measured. */
  min: Float32Array | Float64Array;
  max: Float32Array | Float64Array;
  first: Float32Array | Float64Array;
  last: Float32Array | Float64Array;
  /** Epoch ms of the first and last sample in the pixel. */
  firstAtMs: Float64Array;
  lastAtMs: Float64Array;
}

/** A window of time cut into pixels. */
export interface PixelWindow {
  fromMs: number;
  toMs: number;
  pixelCount: number;
}

/**
 * The recent past of one thing: one column of times shared by all its metrics, each in its own column, overwritten from the oldest on.
 * Five metrics cost 4.8 bytes a value (PERFORMANCE P6). Grows by doubling up to `rowsMax`.
 */
export class ThingSeries {
  #rowsMax: number;
  #times = new Uint32Array(ROWS_MIN);
  #baseMs = 0;
  #head = 0;
  #count = 0;
  #revision = 0;
  /** Metrics and their columns, side by side. */
  readonly #metrics: number[] = [];
  readonly #columns: Column[] = [];
  /** Where the next value of a row belongs when it names its metrics in the order of the row before. */
  #next = 0;

  constructor(rowsMax: number) {
    this.#rowsMax = Math.max(ROWS_MIN, rowsMax);
  }

  get rowCount(): number {
    return this.#count;
  }

  /** Grows with every row: while it stays, there is nothing new to draw. */
  get revision(): number {
    return this.#revision;
  }

  /** Bytes of typed arrays held. */
  get byteLength(): number {
    return this.#columns.reduce((sum, column) => sum + column.byteLength, this.#times.byteLength);
  }

  get firstAtMs(): number | null {
    return this.#count === 0 ? null : this.timeAt(0);
  }

  get lastAtMs(): number | null {
    return this.#count === 0 ? null : this.timeAt(this.#count - 1);
  }

  /** Begins a row; times never go back (a clock corrected backwards gives rows of the same time). */
  beginRow(atMs: number): void {
    this.#revision += 1;
    if (this.#count === 0) this.#baseMs = atMs;
    if (atMs - this.#baseMs > OFFSET_MAX) this.#rebase(atMs);
    if (this.#count === this.#times.length) {
      if (this.#times.length < this.#rowsMax) this.#resize(Math.min(this.#rowsMax, this.#times.length * 2));
      else this.#dropOldest();
    }
    const at = this.#slot(this.#count);
    const before = this.#count === 0 ? 0 : (this.#times[this.#slot(this.#count - 1)] ?? 0);
    this.#times[at] = Math.max(before, atMs - this.#baseMs);
    for (const column of this.#columns) column[at] = Number.NaN;
    this.#next = 0;
    this.#count += 1;
  }

  /** Puts a value into the row begun last; a metric beyond the 64th is not kept. */
  put(metric: number, value: number): void {
    let at = this.#next;
    if (this.#metrics[at] !== metric) at = this.#metrics.indexOf(metric);
    if (at < 0) {
      if (this.#columns.length >= METRICS_PER_THING_MAX) return;
      at = this.#metrics.push(metric) - 1;
      this.#columns.push(new Float32Array(this.#times.length).fill(Number.NaN));
    }
    this.#next = at + 1;
    let column = this.#columns[at];
    if (column instanceof Float32Array && Math.abs(value) >= FLOAT32_EXACT_ENOUGH) this.#columns[at] = column = Float64Array.from(column);
    if (column) column[this.#slot(this.#count - 1)] = value;
  }

  /** Keeps more or fewer rows from now on; the newest stay. */
  setRowsMax(rowsMax: number): void {
    this.#rowsMax = Math.max(ROWS_MIN, rowsMax);
    if (this.#times.length > this.#rowsMax) this.#resize(this.#rowsMax);
  }

  timeAt(row: number): number {
    return this.#baseMs + (this.#times[this.#slot(row)] ?? 0);
  }

  /** NaN where the row has no such value. */
  valueAt(metric: number, row: number): number {
    return this.#columnOf(metric)?.[this.#slot(row)] ?? Number.NaN;
  }

  /** The first row at or after `atMs`; `rowCount` when there is none. */
  rowAt(atMs: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeAt(middle) < atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Cuts the rows of a window into its pixels, once for all metrics: pixel `i` holds the rows from `starts[i]` up to `starts[i + 1]`. */
  cut({ fromMs, toMs, pixelCount }: PixelWindow, starts: Uint32Array): void {
    const scale = pixelCount / (toMs - fromMs);
    const capacity = this.#times.length;
    const offsetMs = this.#baseMs - fromMs;
    const first = this.rowAt(fromMs);
    const last = this.rowAt(toMs);
    let at = this.#head + first;
    if (at >= capacity) at -= capacity;
    let filled = 0;
    for (let row = first; row < last; row += 1) {
      const pixel = Math.min(pixelCount - 1, (((this.#times[at] ?? 0) + offsetMs) * scale) | 0);
      while (filled <= pixel) starts[filled++] = row;
      at = at + 1 === capacity ? 0 : at + 1;
    }
    starts.fill(last, filled, pixelCount + 1);
  }

  /** Reduces a metric to what each pixel of a `cut` has to show; `out` arrays hold a value for each. */
  reduce(metric: number, starts: Uint32Array, out: PixelColumns): void {
    out.min.fill(Number.NaN);
    const column = this.#columnOf(metric);
    if (!column) return;
    const pixelCount = starts.length - 1;
    for (let pixel = 0; pixel < pixelCount; pixel += 1) this.#reducePixel(column, pixel, starts, out);
  }

  #reducePixel(column: Column, pixel: number, starts: Uint32Array, out: PixelColumns): void {
    const start = starts[pixel] ?? 0;
    const end = starts[pixel + 1] ?? 0;
    if (start >= end) return;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    let firstRow = -1;
    let lastRow = -1;
    for (let row = start, at = this.#slot(start); row < end; row += 1) {
      const value = column[at] ?? Number.NaN;
      at = at + 1 === column.length ? 0 : at + 1;
      if (value !== value) continue;
      if (firstRow < 0) firstRow = row;
      lastRow = row;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (firstRow < 0) return;
    out.min[pixel] = min;
    out.max[pixel] = max;
    out.first[pixel] = column[this.#slot(firstRow)] ?? Number.NaN;
    out.last[pixel] = column[this.#slot(lastRow)] ?? Number.NaN;
    out.firstAtMs[pixel] = this.timeAt(firstRow);
    out.lastAtMs[pixel] = this.timeAt(lastRow);
  }

  #columnOf(metric: number): Column | undefined {
    const at = this.#metrics.indexOf(metric);
    return at < 0 ? undefined : this.#columns[at];
  }

  #slot(row: number): number {
    const at = this.#head + row;
    return at >= this.#times.length ? at - this.#times.length : at;
  }

  #dropOldest(): void {
    this.#head = this.#head + 1 === this.#times.length ? 0 : this.#head + 1;
    this.#count -= 1;
  }

  #resize(rows: number): void {
    const keep = Math.min(this.#count, rows);
    const from = this.#count - keep;
    const move = <Array extends Uint32Array | Column>(source: Array, target: Array): Array => {
      for (let i = 0; i < keep; i += 1) target[i] = source[this.#slot(from + i)] ?? Number.NaN;
      return target;
    };
    for (const [at, column] of this.#columns.entries()) {
      const target = column instanceof Float32Array ? new Float32Array(rows) : new Float64Array(rows);
      this.#columns[at] = move<Column>(column, target.fill(Number.NaN));
    }
    this.#times = move(this.#times, new Uint32Array(rows));
    this.#head = 0;
    this.#count = keep;
  }

  /** Moves the base to the oldest row that is still within reach of `atMs`; older ones are dropped. */
  #rebase(atMs: number): void {
    while (this.#count > 0 && atMs - this.timeAt(0) > OFFSET_MAX) this.#dropOldest();
    const baseMs = this.#count === 0 ? atMs : this.timeAt(0);
    const shiftMs = baseMs - this.#baseMs;
    for (let row = 0; row < this.#count; row += 1) {
      const at = this.#slot(row);
      this.#times[at] = (this.#times[at] ?? 0) - shiftMs;
    }
    this.#baseMs = baseMs;
  }
}
