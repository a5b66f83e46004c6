import { formatMoment } from "./axis-ticks";
import type { ChartScene } from "./chart-model";
import { nearestColumn } from "./chart-painter";

/** How a chart's metrics are written. */
export interface ChartWords {
  labelOf: (metric: string) => string;
  unitOf: (metric: string) => string;
  /** A value of the metric, without its unit. */
  textOf: (metric: string, value: number) => string;
}

/** A mark is read within this many CSS pixels of the crosshair. */
const MARK_REACH = 6;

/** What the mark nearest to `x` (CSS pixels of a plot of this width) stands for; null when there is none. */
export function markAt({ marks, window }: Pick<ChartScene, "marks" | "window">, x: number, width: number) {
  const distance = (atMs: number) => Math.abs(((atMs - window.fromMs) / (window.toMs - window.fromMs)) * width - x);
  const [nearest] = marks
    .filter(({ atMs }) => distance(atMs) <= MARK_REACH)
    .sort((one, other) => distance(one.atMs) - distance(other.atMs));
  return nearest ?? null;
}

/** One text per line: its value under the crosshair, or the newest; under a crosshair the time of it too, and what the mark there says. */
export function readTexts(
  scene: ChartScene,
  { crosshairX, ratio, textOf }: { crosshairX: number | null; ratio: number; textOf: ChartWords["textOf"] },
): { time: string; values: string[] } {
  const { lines, clock, window } = scene;
  let valueAtMs: number | null = null;
  const values = lines.map(({ metric, pixels }) => {
    const column = nearestColumn(pixels.min, crosshairX ?? Number.MAX_SAFE_INTEGER, ratio);
    if (column === null) return "–";
    valueAtMs = pixels.lastAtMs[column] ?? null;
    return textOf(metric, pixels.last[column] ?? 0);
  });
  if (crosshairX === null) return { time: "", values };
  const mark = markAt(scene, crosshairX, (lines[0]?.pixels.min.length ?? 0) / ratio);
  const atMs = mark?.atMs ?? valueAtMs;
  const moment = atMs === null ? "" : formatMoment(atMs, clock, window.toMs - window.fromMs);
  return { time: [moment, mark?.label].filter(Boolean).join(" · "), values };
}
