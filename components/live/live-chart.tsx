"use client";

import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { usePreferences } from "@/components/shell/preferences-provider";
import { lazyPart, untilLoaded } from "@/components/ui/lazy-part";
import type { ChartMark, TimeWindow } from "@/lib/telemetry/thing-live";
import { ChartController, type ChartSettings } from "./chart/chart-controller";
import type { ChartRow } from "./chart/chart-rows";
import { sharedCrosshair } from "./chart/crosshair";
import { type HistoryView, NO_HISTORY } from "./chart/history-overlay";
import { useLiveSession } from "./live-provider";

/** The table that stands in for a chart; a page loads it when it is at rest. */
export const loadValueTable = untilLoaded(() => import("./value-table").then((module) => module.ValueTable));
const ValueTable = lazyPart(loadValueTable);

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
  /** What the server kept of the thing's past (useHistory); without it the chart shows what this tab has heard. */
  history?: HistoryView;
  /** Text shown with a metric's values. */
  unitOf?: (metric: string) => string | undefined;
  /** A value as it is read everywhere else; five figures of it without. */
  textOf?: (metric: string, value: number) => string;
  labelOf?: (metric: string) => string;
  /** CSS pixels; the width follows the container. */
  height?: number;
  title: string;
}

const NO_MARKS: ChartMark[] = [];
const TABLE_ROWS_MAX = 60;

const fiveFigures = (_metric: string, value: number): string => String(Number(value.toPrecision(5)));

interface Readout {
  time: RefObject<HTMLSpanElement | null>;
  past: RefObject<HTMLSpanElement | null>;
  values: RefObject<Map<string, HTMLElement>>;
}

/** Writes only what is new: the same text again would still be laid out again. */
function writeText(element: HTMLElement | null | undefined, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

/** The chart's own object, made when the canvas and the session are there. */
function useController(canvas: RefObject<HTMLCanvasElement | null>, settings: ChartSettings, readout: Readout) {
  const session = useLiveSession();
  const controller = useRef<ChartController | null>(null);
  const latest = useRef(settings);
  useEffect(() => {
    latest.current = settings;
    controller.current?.update(settings);
  }, [settings]);
  useEffect(() => {
    if (!session || !canvas.current) return undefined;
    const made = new ChartController(
      {
        canvas: canvas.current,
        store: session.store,
        serverNowMs: () => session.serverNowMs(),
        onReadout: ({ time, values }) => {
          writeText(readout.time.current, time);
          for (const [i, metric] of latest.current.metrics.entries()) {
            writeText(readout.values.current.get(metric), values[i] ?? "–");
          }
        },
        onPast: (words) => writeText(readout.past.current, words),
      },
      latest.current,
    );
    controller.current = made;
    return () => {
      controller.current = null;
      made.dispose();
    };
  }, [session, canvas, readout]);
  return controller;
}

/** The wheel zooms only with Ctrl (or a pinch): otherwise it scrolls the page. */
function useWheelZoom(canvas: RefObject<HTMLCanvasElement | null>, controller: RefObject<ChartController | null>) {
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      controller.current?.wheel(event.deltaY, event.offsetX);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [canvas, controller]);
}

function onKey(event: KeyboardEvent, chart: ChartController | null): void {
  const moves: Record<string, () => void> = {
    ArrowLeft: () => (event.shiftKey ? chart?.pan(-0.2) : chart?.moveCrosshair(-0.01)),
    ArrowRight: () => (event.shiftKey ? chart?.pan(0.2) : chart?.moveCrosshair(0.01)),
    PageUp: () => chart?.pan(-0.8),
    PageDown: () => chart?.pan(0.8),
    "+": () => chart?.zoom(0.7),
    "=": () => chart?.zoom(0.7),
    "-": () => chart?.zoom(1 / 0.7),
    Home: () => chart?.reset(),
    Escape: () => sharedCrosshair.set(null),
  };
  const move = moves[event.key];
  if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  move();
}

function saveCsv(csv: string, name: string): void {
  const url = URL.createObjectURL(new Blob([csv], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name.replaceAll(/[^\w.-]+/g, "-")}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}

/** A live line chart: min/max per pixel, crosshair, brush zoom, keyboard pan and zoom, gaps by cause, marks, CSV and a table for screen readers. */
export function LiveChart(props: LiveChartProps) {
  const { thing, metrics, windowMs, window = null, isPaused = false, marks = NO_MARKS, height = 240, title } = props;
  const { onWindowChange, unitOf, labelOf, textOf = fiveFigures, history = NO_HISTORY } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const time = useRef<HTMLSpanElement>(null);
  const values = useRef(new Map<string, HTMLElement>());
  const past = useRef<HTMLSpanElement>(null);
  const readout = useMemo(() => ({ time, past, values }), []);
  const [table, setTable] = useState<ChartRow[] | null>(null);
  const hintId = useId();
  const { clock } = usePreferences();
  const label = (metric: string): string => labelOf?.(metric) ?? metric;
  const settings: ChartSettings = {
    thing,
    metrics,
    windowMs,
    window,
    isPaused,
    clock,
    marks,
    history,
    labelOf: label,
    textOf,
    unitOf: (metric) => unitOf?.(metric) ?? "",
    onWindowChange: (next) => onWindowChange?.(next),
  };
  const controller = useController(canvas, settings, readout);
  useWheelZoom(canvas, controller);
  return (
    <figure aria-label={title} className="m-0">
      {/* A chart is one stop of the Tab key; its own keys are told by the hint. */}
      <div
        role="application"
        aria-roledescription="chart"
        aria-label={`${title}, chart`}
        aria-describedby={hintId}
        tabIndex={0}
        className="relative"
        onKeyDown={(event) => onKey(event, controller.current)}
        onBlur={() => sharedCrosshair.set(null)}
      >
        <canvas
          ref={canvas}
          aria-hidden
          className="block w-full touch-pan-y select-none"
          style={{ height }}
          onPointerDown={(event) => {
            if (event.button !== 0 || event.pointerType === "touch") return;
            event.currentTarget.setPointerCapture(event.pointerId);
            controller.current?.startBrush(event.nativeEvent.offsetX);
          }}
          onPointerMove={(event) => controller.current?.pointAt(event.nativeEvent.offsetX)}
          onPointerUp={() => controller.current?.endBrush()}
          onPointerCancel={() => controller.current?.endBrush()}
          onPointerLeave={() => sharedCrosshair.set(null)}
          onDoubleClick={() => controller.current?.reset()}
        />
        {/* Over the plot, so that pointing at it moves nothing on the page. */}
        <span
          ref={time}
          className="text-small text-ink-2 bg-surface/85 rounded-small pointer-events-none absolute top-1 left-12 max-w-[calc(100%-4rem)] truncate px-1 tabular-nums empty:hidden"
        />
      </div>
      <figcaption className="text-small text-ink-2 mt-1 flex flex-wrap items-center gap-x-4 gap-y-1">
        <Legend metrics={metrics} label={label} unitOf={unitOf} values={values} />
        <span
          ref={past}
          className="before:border-ink-3 order-last basis-full before:mr-1.5 before:inline-block before:w-3 before:border-t-2 before:border-dotted before:align-middle empty:hidden"
        />
        <span className="ml-auto flex gap-3">
          <button type="button" className="underline" onClick={() => saveCsv(controller.current?.csv() ?? "", `${thing}-${title}`)}>
            CSV<span className="sr-only"> of {title}</span>
          </button>
          <button
            type="button"
            className="underline"
            aria-expanded={table !== null}
            onClick={() => setTable(table ? null : (controller.current?.tableRows(TABLE_ROWS_MAX) ?? []))}
          >
            Table<span className="sr-only"> of {title}</span>
          </button>
        </span>
      </figcaption>
      <p id={hintId} className="sr-only">
        Left and right move the crosshair, with Shift they move the window. Plus and minus zoom. Home follows live again.
      </p>
      {table && <ValueTable title={title} columns={metrics.map(label)} textOf={textOf} metrics={metrics} rows={table} />}
    </figure>
  );
}

interface LegendProps {
  readonly metrics: string[];
  readonly label: (metric: string) => string;
  readonly unitOf: LiveChartProps["unitOf"];
  readonly values: RefObject<Map<string, HTMLElement>>;
}

function Legend({ metrics, label, unitOf, values }: LegendProps) {
  return metrics.map((metric, i) => (
    <span key={metric} className="inline-flex min-w-0 items-baseline gap-1.5 [overflow-wrap:anywhere]">
      <span
        aria-hidden
        className="inline-block h-0.5 w-3 self-center forced-color-adjust-none"
        style={{ background: `var(--chart-${(i % 8) + 1})` }}
      />
      {label(metric)}
      <span
        className="text-ink tabular-nums"
        ref={(element) => {
          if (element) values.current.set(metric, element);
          else values.current.delete(metric);
        }}
      />
      {unitOf?.(metric)}
    </span>
  ));
}
