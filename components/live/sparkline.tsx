"use client";

import { useEffect, useRef } from "react";
import type { PixelColumns, ThingSeries } from "@/lib/telemetry/thing-series";
import { createPixels, followingWindow } from "./chart/chart-model";
import { type Pen, traceLine } from "./chart/line-stroke";
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

/**
 * A row's small line, drawn outside React; decorative for screen readers (the value stands beside it). It is a path of the page and no canvas:
 * a browser makes a layer of every canvas, and forty of them take a third of a scrolled list's frames.
 */
export function Sparkline({ thing, metric, width = 96, height = 24, windowMs = FIVE_MINUTES_MS }: SparklineProps) {
  const path = useRef<SVGPathElement>(null);
  const session = useLiveSession();
  useEffect(() => {
    const element = path.current;
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
    return store.subscribe(thing, draw);
  }, [session, thing, metric, width, height, windowMs]);
  return (
    <svg aria-hidden width={width} height={height} className="block fill-none stroke-(--chart-1)">
      <path ref={path} strokeWidth={LINE_THICKNESS} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
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

/** Writes a path's text; a tenth of a pixel is as fine as anybody sees. */
class PathPen implements Pen {
  text = "";
  #at = "";

  moveTo(x: number, y: number): void {
    this.#at = `${x} ${tenths(y)}`;
    // A path of no length with round caps is the dot a lone value needs.
    this.text += `M${this.#at}h0`;
  }

  lineTo(x: number, y: number): void {
    const to = `${x} ${tenths(y)}`;
    if (to === this.#at) return;
    this.#at = to;
    this.text += `L${to}`;
  }
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** One small line. */
function createSpark(path: SVGPathElement, { width, height, windowMs }: SparkSize) {
  const pixels = createPixels(width);
  const starts = new Uint32Array(width + 1);
  let drawn = "";
  return {
    /** False when nothing has changed since the last drawing. */
    draw: (series: ThingSeries, { metric, intervalMs, nowMs }: SparkNow): boolean => {
      const { fromMs, toMs } = followingWindow(nowMs, shownMs(nowMs - (series.firstAtMs ?? nowMs), windowMs), width);
      const state = `${series.revision} ${fromMs} ${metric}`;
      if (state === drawn) return false;
      drawn = state;
      series.cut({ fromMs, toMs, pixelCount: width }, starts);
      series.reduce(metric, starts, pixels);
      const pen = new PathPen();
      const gapMs = Math.max(3_000, intervalMs * 2.5);
      traceLine(pen, pixels, { left: 0, top: 0, width, height, gapMs, ...rangeOf(pixels, MARGIN / height) });
      path.setAttribute("d", pen.text);
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
