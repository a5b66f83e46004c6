import { formatTime } from "./axis-ticks";
import type { ChartScene } from "./chart-model";
import { nearestColumn } from "./chart-painter";

/** One text per line: its value under the crosshair, or the newest; and the time of it under a crosshair. */
export function readTexts({ lines }: ChartScene, crosshairX: number | null, ratio: number): { time: string; values: string[] } {
  let time = "";
  const values = lines.map(({ pixels }) => {
    const column = nearestColumn(pixels.min, crosshairX ?? Number.MAX_SAFE_INTEGER, ratio);
    if (column === null) return "–";
    time = formatTime(pixels.lastAtMs[column] ?? 0);
    return String(Number((pixels.last[column] ?? 0).toPrecision(5)));
  });
  return { time: crosshairX === null ? "" : time, values };
}
