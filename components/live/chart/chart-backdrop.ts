import { formatTime, type Tick, timeTicks, valueTicks } from "./axis-ticks";
import { type ChartColors, scratchContext, type Surface } from "./canvas-surface";
import { type ChartScene, isMyLink, silentStretches } from "./chart-model";
import type { PlotBox } from "./chart-painter";

/** How a chart looks, beside what it shows. */
export interface ChartLook {
  box: PlotBox;
  colors: ChartColors;
  surface: Surface;
}

/** CSS pixels to the right of the plot that a label may use. */
const EDGE = 8;

/** CSS pixels for a label of the time axis and the air around it: hours and minutes, and what is longer. */
const SHORT_LABEL_ROOM = 54;
const LONG_LABEL_ROOM = 76;
const SHORT_LABEL_LENGTH = "00:00".length;

interface Band {
  fromX: number;
  toX: number;
  label: string;
}

/** What lies behind the lines (grid, axes, silent stretches), painted again only when it looks different. */
export class ChartBackdrop {
  #words: Uint32Array | null = null;
  #key = "";

  /** Its pixels, as many as the surface has; null where canvas is not available. */
  words(scene: ChartScene, look: ChartLook): Uint32Array | null {
    const { surface, box } = look;
    const bands = bandsOf(scene, box);
    const { window, clock, min, max } = scene;
    const key = JSON.stringify([window, clock, min, max, surface.width, surface.height, surface.ratio, look.colors, bands]);
    if (key === this.#key) return this.#words;
    const context = scratchContext(surface.width, surface.height);
    if (!context) return null;
    context.setTransform(surface.ratio, 0, 0, surface.ratio, 0, 0);
    context.font = `11px ${look.colors.font}`;
    paintGrid(context, scene, look);
    for (const band of bands) paintBand(context, band, look);
    this.#words = new Uint32Array(context.getImageData(0, 0, surface.width, surface.height).data.buffer);
    this.#key = key;
    return this.#words;
  }
}

function paintGrid(context: CanvasRenderingContext2D, { window, clock, min, max }: ChartScene, { box, colors }: ChartLook): void {
  const { left, top, width, height } = box;
  context.strokeStyle = colors.line;
  context.fillStyle = colors.faint;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of valueTicks(min, max, Math.max(2, Math.floor(height / 44)))) {
    const y = Math.round(top + (1 - (tick.at - min) / (max - min)) * height) + 0.5;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(left + width, y);
    context.stroke();
    // A figure that is wider than its room is drawn narrower: one that begins outside the canvas would read as another.
    context.fillText(tick.label, left - 6, y, left - 7);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  const span = window.toMs - window.fromMs;
  for (const tick of fittingTimes(window, width, clock)) {
    const half = context.measureText(tick.label).width / 2;
    const x = left + ((tick.at - window.fromMs) / span) * width;
    // A label at either end stays whole, and clear of the clock's name.
    context.fillText(tick.label, Math.max(left + half, Math.min(x, left + width + EDGE - half)), top + height + 6);
  }
  if (clock !== "utc") return;
  context.textAlign = "right";
  context.fillText("UTC", left - 6, top + height + 6);
}

/** As many times as have room: labels without seconds stand closer. */
function fittingTimes(window: ChartScene["window"], width: number, clock: ChartScene["clock"]): Tick[] {
  const within = (room: number): Tick[] => timeTicks(window, Math.max(2, Math.floor(width / room)), clock);
  const short = within(SHORT_LABEL_ROOM);
  return short.every(({ label }) => label.length <= SHORT_LABEL_LENGTH) ? short : within(LONG_LABEL_ROOM);
}

/** Bands where nothing was measured, named by their cause. */
function bandsOf(scene: ChartScene, { left, width }: PlotBox): Band[] {
  const { gaps, nowMs, window, clock } = scene;
  const x = (atMs: number): number => Math.round(left + ((atMs - window.fromMs) / (window.toMs - window.fromMs)) * width);
  return silentStretches(scene).flatMap((stretch) => {
    const fromX = Math.max(left, x(stretch.fromMs));
    const toX = Math.min(left + width, x(stretch.toMs));
    if (toX - fromX < 2) return [];
    const isMine = isMyLink(stretch, gaps, nowMs);
    const label = isMine
      ? `you were disconnected ${formatTime(stretch.fromMs, clock, false)}–${formatTime(stretch.toMs, clock, false)}`
      : "no data";
    return [{ fromX, toX, label }];
  });
}

function paintBand(context: CanvasRenderingContext2D, { fromX, toX, label }: Band, { box, colors }: ChartLook): void {
  const { top, height } = box;
  context.save();
  context.beginPath();
  context.rect(fromX, top, toX - fromX, height);
  context.clip();
  context.strokeStyle = colors.hatch;
  context.lineWidth = 2;
  context.beginPath();
  for (let x = fromX - height; x < toX; x += 8) {
    context.moveTo(x, top + height);
    context.lineTo(x + height, top);
  }
  context.stroke();
  if (context.measureText(label).width + 8 < toX - fromX) {
    context.fillStyle = colors.faint;
    context.textAlign = "center";
    context.textBaseline = "top";
    context.fillText(label, (fromX + toX) / 2, top + 4);
  }
  context.restore();
}
