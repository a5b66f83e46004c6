"use client";

export interface SparklineProps {
  thing: string;
  metric: string;
  /** CSS pixels; 96 x 24 unless told. */
  width?: number;
  height?: number;
  /** How much of the past is drawn; five minutes unless told. */
  windowMs?: number;
}

/** A row's small line, drawn on one canvas outside React; decorative for screen readers (the value stands beside it). */
export function Sparkline({ width = 96, height = 24 }: SparklineProps) {
  return <canvas aria-hidden width={width} height={height} style={{ width, height }} />;
}
