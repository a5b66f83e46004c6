"use client";

import { useEffect, useRef } from "react";
import { onThemeChange, prepareCanvas, readLineColor } from "./chart/canvas-surface";
import { createPixels } from "./chart/chart-model";
import { useLiveSession } from "./live-provider";

export interface SparklineProps {
  thing: string;
  metric: string;
  /** CSS pixels; 96 x 24 unless told. */
  width?: number;
  height?: number;
  /** How much of the past is drawn; five minutes unless told. */
  windowMs?: number;
}

const REDRAW_MS = 500;
const FIVE_MINUTES_MS = 300_000;

/** A row's small line, drawn on one canvas outside React; decorative for screen readers (the value stands beside it). */
export function Sparkline({ thing, metric, width = 96, height = 24, windowMs = FIVE_MINUTES_MS }: SparklineProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const session = useLiveSession();
  useEffect(() => {
    const element = canvas.current;
    if (!element || !session) return undefined;
    const { store } = session;
    const pixelCount = Math.floor(width) - 2;
    const pixels = createPixels(pixelCount);
    let color = readLineColor(element, 0);
    let drawnAtMs = 0;
    const draw = (): void => {
      const nowMs = performance.now();
      if (nowMs - drawnAtMs < REDRAW_MS) return;
      drawnAtMs = nowMs;
      const context = prepareCanvas(element, width, height);
      if (!context) return;
      const record = store.record(thing);
      const toMs = session.serverNowMs();
      record.series.reduce(store.metricIndex(metric), { fromMs: toMs - windowMs, toMs, pixelCount }, pixels);
      strokeSparkline(context, pixels, { height, color, gapMs: Math.max(3_000, record.intervalMs * 2.5) });
    };
    draw();
    const undo = [
      store.subscribe(thing, draw),
      onThemeChange(() => {
        color = readLineColor(element, 0);
        drawnAtMs = 0;
        draw();
      }),
    ];
    return () => {
      for (const step of undo) step();
    };
  }, [session, thing, metric, width, height, windowMs]);
  return <canvas ref={canvas} aria-hidden width={width} height={height} style={{ width, height }} />;
}

interface Stroke {
  height: number;
  color: string;
  gapMs: number;
}

function strokeSparkline(
  context: CanvasRenderingContext2D,
  pixels: ReturnType<typeof createPixels>,
  { height, color, gapMs }: Stroke,
): void {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  const count = pixels.min.length;
  for (let i = 0; i < count; i += 1) {
    min = Math.min(min, Number.isNaN(pixels.min[i]) ? min : (pixels.min[i] ?? min));
    max = Math.max(max, Number.isNaN(pixels.min[i]) ? max : (pixels.max[i] ?? max));
  }
  if (min > max) return;
  const scale = max === min ? 0 : (height - 4) / (max - min);
  const y = (value: number): number => (scale === 0 ? height / 2 : height - 2 - (value - min) * scale);
  context.strokeStyle = color;
  context.lineWidth = 1.25;
  context.lineJoin = "round";
  context.beginPath();
  let beforeMs = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i += 1) {
    const low = pixels.min[i] ?? Number.NaN;
    if (Number.isNaN(low)) continue;
    const firstY = y(pixels.first[i] ?? low);
    if ((pixels.firstAtMs[i] ?? 0) - beforeMs > gapMs) context.moveTo(i + 1, firstY);
    context.lineTo(i + 1.5, firstY);
    context.lineTo(i + 1.5, y(pixels.max[i] ?? low));
    context.lineTo(i + 1.5, y(low));
    context.lineTo(i + 1.5, y(pixels.last[i] ?? low));
    beforeMs = pixels.lastAtMs[i] ?? 0;
  }
  context.stroke();
}
