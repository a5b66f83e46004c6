import type { PixelColumns } from "@/lib/telemetry/thing-series";

/** Red, green, blue and alpha, 0 to 255 each. */
export type ColorBytes = readonly [red: number, green: number, blue: number, alpha: number];

/** Where a line may be drawn: part of a picture held as `ImageData` holds it, one word a pixel, alpha in the highest byte, not premultiplied. */
export interface RasterBox {
  readonly words: Uint32Array;
  /** Words of one row of the picture. */
  readonly stride: number;
  /** The box inside the picture, device pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface LineStyle {
  readonly color: ColorBytes;
  /** Device pixels. */
  readonly thickness: number;
  /** A longer stretch without a sample is a gap, never a line. */
  readonly gapMs: number;
  /** Values at the lower and the upper edge of the box. */
  readonly min: number;
  readonly max: number;
  /** Draws only the columns of one source, and the connections that touch the past (`wanted` 1) or do not (0). */
  readonly part?: { readonly past: Uint8Array; readonly wanted: 0 | 1 };
}

/** A pen that leaves one run of pixels in each column it crosses: where it begins to show, is full, is full no more, and is gone, from the upper edge down. */
class ColumnPen {
  #from = new Float32Array(0);
  #fullFrom = new Float32Array(0);
  #fullTo = new Float32Array(0);
  #to = new Float32Array(0);

  #half = 0;
  #column = 0;
  #y = 0;

  /** Forgets what was drawn; `thickness` is that of the next line. */
  begin(columnCount: number, thickness: number): void {
    this.#half = thickness / 2;
    if (this.#from.length < columnCount) {
      this.#from = new Float32Array(columnCount);
      this.#fullFrom = new Float32Array(columnCount);
      this.#fullTo = new Float32Array(columnCount);
      this.#to = new Float32Array(columnCount);
    }
    this.#from.fill(Number.POSITIVE_INFINITY);
    this.#to.fill(Number.NEGATIVE_INFINITY);
  }

  moveTo(column: number, y: number): void {
    this.#column = column;
    this.#y = y;
  }

  /** Straight to the middle of a column further right. */
  lineTo(column: number, y: number): void {
    const distance = column - this.#column;
    const slope = (y - this.#y) / distance;
    const half = this.#half * Math.sqrt(1 + slope * slope);
    const fade = Math.max(1, Math.abs(slope)) / 2;
    // A steep run fades over many pixels, yet never beyond the tips of the line.
    const highest = Math.min(this.#y, y) - this.#half - 0.5;
    const lowest = Math.max(this.#y, y) + this.#half + 0.5;
    for (let step = 1; step < distance; step += 1) {
      const middle = this.#y + slope * step;
      this.#raise(this.#column + step, Math.max(highest, middle - half - fade), Math.max(highest + 1, middle - half + fade));
      this.#lower(this.#column + step, Math.min(lowest - 1, middle + half - fade), Math.min(lowest, middle + half + fade));
    }
    this.range(this.#column, this.#y, this.#y + slope / 2);
    this.range(column, y - slope / 2, y);
    this.moveTo(column, y);
  }

  /** Up or down inside a column. */
  range(column: number, fromY: number, toY: number): void {
    this.#widen(column, Math.min(fromY, toY) - this.#half, Math.max(fromY, toY) + this.#half);
  }

  /** Up or down with a round tip: on a fine screen it covers the columns beside, too. */
  bar(column: number, top: number, bottom: number): void {
    this.#widen(column, top - this.#half, bottom + this.#half);
    for (let beside = 1; beside < this.#half; beside += 1) {
      const reach = Math.sqrt(this.#half * this.#half - beside * beside);
      if (column >= beside) this.#widen(column - beside, top - reach, bottom + reach);
      if (column + beside < this.#from.length) this.#widen(column + beside, top - reach, bottom + reach);
    }
  }

  /** Makes a column's run reach at least from `top` to `bottom`. */
  #widen(column: number, top: number, bottom: number): void {
    this.#raise(column, top - 0.5, top + 0.5);
    this.#lower(column, bottom - 0.5, bottom + 0.5);
  }

  #raise(column: number, from: number, fullFrom: number): void {
    if (from >= (this.#from[column] ?? Number.NEGATIVE_INFINITY)) return;
    this.#from[column] = from;
    this.#fullFrom[column] = fullFrom;
  }

  #lower(column: number, fullTo: number, to: number): void {
    if (to <= (this.#to[column] ?? Number.POSITIVE_INFINITY)) return;
    this.#to[column] = to;
    this.#fullTo[column] = fullTo;
  }

  /** Paints the runs into the box, each pixel once. */
  paint({ words, stride, left, top, width, height }: RasterBox, color: ColorBytes): void {
    const [red, green, blue, alpha] = color;
    const solid = ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    for (let column = 0; column < width; column += 1) {
      const from = this.#from[column] ?? 0;
      const to = this.#to[column] ?? 0;
      if (!(from < to)) continue;
      const rise = 1 / ((this.#fullFrom[column] ?? 0) - from);
      const fall = 1 / (to - (this.#fullTo[column] ?? 0));
      const last = Math.min(height - 1, Math.ceil(to) - 1);
      for (let row = Math.max(0, Math.floor(from)); row <= last; row += 1) {
        const share = Math.min((row + 0.5 - from) * rise, (to - row - 0.5) * fall);
        const at = (top + row) * stride + left + column;
        if (share >= 1 && alpha === 255) words[at] = solid;
        else if (share > 0) words[at] = blend(words[at] ?? 0, color, Math.min(1, share));
      }
    }
  }
}

/** The colour over what is there (source over), both not premultiplied. */
function blend(under: number, [red, green, blue, alpha]: ColorBytes, share: number): number {
  const over = (alpha / 255) * share;
  const beneath = ((under >>> 24) / 255) * (1 - over);
  const sum = over + beneath;
  const mix = (top: number, bottom: number): number => ((top * over + bottom * beneath) / sum + 0.5) | 0;
  const byte = (shift: number): number => (under >>> shift) & 0xff;
  return (((sum * 255 + 0.5) << 24) | (mix(blue, byte(16)) << 16) | (mix(green, byte(8)) << 8) | mix(red, byte(0))) >>> 0;
}

const pen = new ColumnPen();

/**
 * Draws a line of which `pixels` holds one entry per column of the box: up and down each column's range, and straight from column to
 * column. By hand, because every join of a stroked path is outlined and scanned: ten noisy lines cost a canvas in software 80 ms, this 2.
 */
export function drawLine(box: RasterBox, pixels: PixelColumns, { color, thickness, gapMs, min, max, part }: LineStyle): void {
  const scale = max > min ? box.height / (max - min) : 0;
  const floor = max > min ? box.height : box.height / 2;
  let beforeMs = Number.NEGATIVE_INFINITY;
  let wasPast = 0;
  pen.begin(box.width, thickness);
  for (let column = 0; column < box.width; column += 1) {
    const low = pixels.min[column] ?? Number.NaN;
    if (low !== low) continue;
    const isPast = part?.past[column] ?? 0;
    const firstY = floor - ((pixels.first[column] ?? low) - min) * scale;
    const isConnected = (pixels.firstAtMs[column] ?? 0) - beforeMs <= gapMs;
    if (isConnected && (!part || Math.max(isPast, wasPast) === part.wanted)) pen.lineTo(column, firstY);
    wasPast = isPast;
    if (!part || isPast === part.wanted) pen.bar(column, floor - ((pixels.max[column] ?? low) - min) * scale, floor - (low - min) * scale);
    pen.moveTo(column, floor - ((pixels.last[column] ?? low) - min) * scale);
    beforeMs = pixels.lastAtMs[column] ?? 0;
  }
  pen.paint(box, color);
}
