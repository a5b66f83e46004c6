import { formatTime, timeTicks, valueTicks } from "./axis-ticks";
import { type ChartLine, type ChartScene, isMyLink, silentStretches } from "./chart-model";

/** The colours of the page's theme, read from its custom properties. */
export interface ChartColors {
  ink: string;
  faint: string;
  line: string;
  hatch: string;
  surface: string;
  alarm: string;
  accent: string;
  font: string;
}

/** Where the plot lies inside the canvas, CSS pixels. */
export interface PlotBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What the pointer or the keyboard points at, and a brush in progress; x in CSS pixels of the plot. */
export interface ChartPointer {
  crosshairX: number | null;
  brush: { fromX: number; toX: number } | null;
}

const MARK_SIZE = 5;

/** The plot inside a canvas of this size: room for values on the left and times below. */
export function plotBox(width: number, height: number): PlotBox {
  return { left: 46, top: 10, width: Math.max(1, width - 46 - 10), height: Math.max(1, height - 10 - 22) };
}

class Painter {
  readonly #context: CanvasRenderingContext2D;
  readonly #scene: ChartScene;
  readonly #box: PlotBox;
  readonly #colors: ChartColors;

  constructor(context: CanvasRenderingContext2D, scene: ChartScene, { box, colors }: { box: PlotBox; colors: ChartColors }) {
    this.#context = context;
    this.#scene = scene;
    this.#box = box;
    this.#colors = colors;
  }

  paint({ crosshairX, brush }: ChartPointer): void {
    const context = this.#context;
    const { left, top, width, height } = this.#box;
    context.font = `11px ${this.#colors.font}`;
    this.#grid();
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    this.#silences();
    for (const line of this.#scene.lines) this.#line(line);
    if (brush) this.#brush(brush.fromX, brush.toX);
    context.restore();
    this.#marks();
    if (crosshairX !== null) this.#crosshair(crosshairX);
  }

  #x(atMs: number): number {
    const { fromMs, toMs } = this.#scene.window;
    return this.#box.left + ((atMs - fromMs) / (toMs - fromMs)) * this.#box.width;
  }

  #y(value: number): number {
    const { min, max } = this.#scene;
    return this.#box.top + (1 - (value - min) / (max - min)) * this.#box.height;
  }

  #grid(): void {
    const context = this.#context;
    const { left, top, width, height } = this.#box;
    const { min, max, window } = this.#scene;
    context.strokeStyle = this.#colors.line;
    context.fillStyle = this.#colors.faint;
    context.lineWidth = 1;
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const tick of valueTicks(min, max, Math.max(2, Math.floor(height / 44)))) {
      const y = Math.round(this.#y(tick.at)) + 0.5;
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(left + width, y);
      context.stroke();
      context.fillText(tick.label, left - 6, y);
    }
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const tick of timeTicks(window.fromMs, window.toMs, Math.max(2, Math.floor(width / 90)))) {
      context.fillText(tick.label, this.#x(tick.at), top + height + 6);
    }
  }

  /** Bands where nothing was measured, hatched and named by their cause. */
  #silences(): void {
    const { gaps, nowMs } = this.#scene;
    for (const stretch of silentStretches(this.#scene)) {
      const isMine = isMyLink(stretch, gaps, nowMs);
      const label = isMine ? `you were disconnected ${formatTime(stretch.fromMs, false)}–${formatTime(stretch.toMs, false)}` : "no data";
      this.#band(this.#x(stretch.fromMs), this.#x(stretch.toMs), label);
    }
  }

  #band(fromX: number, toX: number, label: string): void {
    const context = this.#context;
    const { top, height, left, width } = this.#box;
    const from = Math.max(left, fromX);
    const to = Math.min(left + width, toX);
    if (to - from < 2) return;
    context.save();
    context.beginPath();
    context.rect(from, top, to - from, height);
    context.clip();
    context.strokeStyle = this.#colors.hatch;
    context.lineWidth = 2;
    context.beginPath();
    for (let x = from - height; x < to; x += 8) {
      context.moveTo(x, top + height);
      context.lineTo(x + height, top);
    }
    context.stroke();
    if (context.measureText(label).width + 8 < to - from) {
      context.fillStyle = this.#colors.faint;
      context.textAlign = "center";
      context.textBaseline = "top";
      context.fillText(label, (from + to) / 2, top + 4);
    }
    context.restore();
  }

  /** One path: into each pixel at its first value, up and down its range, out at its last; lifted over gaps. */
  #line({ pixels, color }: ChartLine): void {
    const context = this.#context;
    const { left } = this.#box;
    const { gapMs } = this.#scene;
    const count = pixels.min.length;
    context.strokeStyle = color;
    context.lineWidth = 1.5;
    context.lineJoin = "round";
    context.beginPath();
    let beforeMs = Number.NEGATIVE_INFINITY;
    for (let pixel = 0; pixel < count; pixel += 1) {
      const min = pixels.min[pixel] ?? Number.NaN;
      if (min !== min) continue;
      const x = left + pixel + 0.5;
      const first = this.#y(pixels.first[pixel] ?? min);
      if ((pixels.firstAtMs[pixel] ?? 0) - beforeMs > gapMs) {
        context.moveTo(x, first);
        // A lone sample between two gaps is still a sample.
        context.lineTo(x + 0.75, first);
      } else {
        context.lineTo(x, first);
      }
      const max = pixels.max[pixel] ?? min;
      if (max !== min) {
        context.lineTo(x, this.#y(max));
        context.lineTo(x, this.#y(min));
        context.lineTo(x, this.#y(pixels.last[pixel] ?? min));
      }
      beforeMs = pixels.lastAtMs[pixel] ?? 0;
    }
    context.stroke();
  }

  #marks(): void {
    const context = this.#context;
    const { top, height, left, width } = this.#box;
    for (const { atMs, kind } of this.#scene.marks) {
      const x = this.#x(atMs);
      if (x < left || x > left + width) continue;
      context.fillStyle = kind === "alarm" ? this.#colors.alarm : kind === "command" ? this.#colors.accent : this.#colors.faint;
      context.beginPath();
      context.moveTo(x, top + height - MARK_SIZE * 1.6);
      context.lineTo(x + MARK_SIZE, top + height);
      context.lineTo(x - MARK_SIZE, top + height);
      context.fill();
    }
  }

  #brush(fromX: number, toX: number): void {
    const { left, top, height } = this.#box;
    this.#context.fillStyle = this.#colors.hatch;
    this.#context.fillRect(left + Math.min(fromX, toX), top, Math.abs(toX - fromX), height);
  }

  #crosshair(crosshairX: number): void {
    const context = this.#context;
    const { left, top, height } = this.#box;
    const x = Math.round(left + crosshairX) + 0.5;
    context.strokeStyle = this.#colors.ink;
    context.lineWidth = 1;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, top + height);
    context.stroke();
    context.setLineDash([]);
    for (const { pixels, color } of this.#scene.lines) {
      const pixel = nearestPixel(pixels.min, Math.round(crosshairX));
      if (pixel === null) continue;
      context.fillStyle = color;
      context.strokeStyle = this.#colors.surface;
      context.beginPath();
      context.arc(left + pixel + 0.5, this.#y(pixels.last[pixel] ?? 0), 4, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
  }
}

/** The pixel nearest to `x` that holds a value, at most 24 away; null when there is none. */
export function nearestPixel(min: ArrayLike<number>, x: number): number | null {
  for (let distance = 0; distance <= 24; distance += 1) {
    for (const pixel of [x - distance, x + distance]) {
      const value = min[pixel];
      if (value !== undefined && !Number.isNaN(value)) return pixel;
    }
  }
  return null;
}

/** Draws a scene over a cleared canvas whose transform is already in CSS pixels. */
export function paintChart(
  context: CanvasRenderingContext2D,
  scene: ChartScene,
  look: { box: PlotBox; colors: ChartColors; pointer: ChartPointer },
): void {
  new Painter(context, scene, look).paint(look.pointer);
}
