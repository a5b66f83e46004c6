"use client";

import { useEffect, useRef } from "react";
import type { PixelColumns, ThingSeries } from "@/lib/telemetry/thing-series";
import { fitCanvas, onThemeChange, readLineColor, sharedPicture } from "./chart/canvas-surface";
import { createPixels, followingWindow } from "./chart/chart-model";
import { drawLine } from "./chart/line-raster";
import { isSparse, strokeLine } from "./chart/line-stroke";
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
const LINE_THICKNESS = 1.25;
/** CSS pixels above the highest and below the lowest value. */
const MARGIN = 2;
const FIVE_MINUTES_MS = 300_000;
/** What is shown while there is less than the whole window to show. */
const FIRST_WINDOWS_MS: readonly number[] = [20_000, 40_000, 80_000, 160_000];
/** Without an axis a line that uses its whole height says "much has changed"; less than this share of the value is not much. */
const RANGE_SHARE_MIN = 0.02;

/** A row's small line, drawn on one canvas outside React; decorative for screen readers (the value stands beside it). */
export function Sparkline({ thing, metric, width = 96, height = 24, windowMs = FIVE_MINUTES_MS }: SparklineProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const session = useLiveSession();
  useEffect(() => {
    const element = canvas.current;
    if (!element || !session) return undefined;
    const { store } = session;
    const spark = createSpark(element, { width, height, windowMs });
    let drawnAtMs = 0;
    const draw = (): void => {
      const nowMs = performance.now();
      if (nowMs - drawnAtMs < REDRAW_MS) return;
      const { series, intervalMs } = store.record(thing);
      const isDrawn = spark.draw(series, { metric: store.metricIndex(metric), intervalMs, nowMs: session.serverNowMs() });
      if (isDrawn) drawnAtMs = nowMs;
    };
    draw();
    const undo = [
      store.subscribe(thing, draw),
      onThemeChange(() => {
        spark.forget();
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

interface SparkSize {
  width: number;
  height: number;
  windowMs: number;
}

interface SparkNow {
  metric: number;
  intervalMs: number;
  nowMs: number;
}

/** One small line, drawn by hand into a picture that all sparklines of its size share. */
function createSpark(canvas: HTMLCanvasElement, { width, height, windowMs }: SparkSize) {
  let drawn = "";
  let pixels = createPixels(0);
  let starts = new Uint32Array(1);
  return {
    forget: () => {
      drawn = "";
    },
    /** False when nothing has changed since the last drawing. */
    draw: (series: ThingSeries, { metric, intervalMs, nowMs }: SparkNow): boolean => {
      const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
      const columns = Math.floor(width * ratio);
      const { fromMs, toMs } = followingWindow(nowMs, shownMs(nowMs - (series.firstAtMs ?? nowMs), windowMs), columns);
      const state = `${series.revision} ${fromMs} ${columns} ${metric}`;
      if (state === drawn) return false;
      const surface = fitCanvas(canvas, { width, height, isInline: true });
      if (!surface) return false;
      drawn = state;
      if (starts.length !== columns + 1) {
        starts = new Uint32Array(columns + 1);
        pixels = createPixels(columns);
      }
      series.cut({ fromMs, toMs, pixelCount: columns }, starts);
      series.reduce(metric, starts, pixels);
      const { image, words } = sharedPicture(surface.width, surface.height);
      words.fill(0);
      const box = { left: 0, top: 0, width: columns, height: surface.height };
      const color = readLineColor(0);
      const style = { thickness: LINE_THICKNESS * ratio, gapMs: Math.max(3_000, intervalMs * 2.5), ...rangeOf(pixels, MARGIN / height) };
      const isStroked = isSparse(pixels, columns);
      if (!isStroked) drawLine({ ...box, words, stride: surface.width }, pixels, { ...style, color: color.bytes });
      surface.context.putImageData(image, 0, 0);
      surface.context.setTransform(1, 0, 0, 1, 0, 0);
      if (isStroked) strokeLine(surface.context, pixels, { ...box, ...style, color: color.css });
      return true;
    },
  };
}

/** How much of the past a line shows that has been heard for `heardMs`: a short past fills the width instead of a corner of it. */
function shownMs(heardMs: number, windowMs: number): number {
  const fitting = FIRST_WINDOWS_MS.find((shortMs) => heardMs <= shortMs);
  return Math.min(windowMs, fitting ?? windowMs);
}

/** The range of the values, no narrower than their noise deserves, with a share of the height left free above and below. */
function rangeOf({ min, max }: PixelColumns, margin: number): { min: number; max: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < min.length; i += 1) {
    const value = min[i] ?? Number.NaN;
    if (value !== value) continue;
    if (value < low) low = value;
    if ((max[i] ?? value) > high) high = max[i] ?? value;
  }
  const missing = Math.max(0, Math.max(Math.abs(high), Math.abs(low)) * RANGE_SHARE_MIN - (high - low)) / 2;
  const air = ((high - low + 2 * missing) * margin) / (1 - 2 * margin);
  return { min: low - missing - air, max: high + missing + air };
}
