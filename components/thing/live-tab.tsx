"use client";

import { Activity, Pause, Play } from "lucide-react";
import { useMemo, useState } from "react";
import { alarmSubject, alarmValue } from "@/components/alarms/alarm-words";
import { useAlarms } from "@/components/alarms/use-alarms";
import { ThingControls } from "@/components/control/thing-controls";
import { inertText } from "@/components/fleet/inert-text";
import { metricPanels, metricText, metricWords } from "@/components/fleet/metric-words";
import { MetricReading } from "@/components/fleet/metric-reading";
import { shortWords } from "@/components/fleet/time-words";
import type { HistoryView } from "@/components/live/chart/history-overlay";
import { LiveChart } from "@/components/live/live-chart";
import { useHistory } from "@/components/live/use-history";
import { useEvents, useMetricNames, useServerNow, useThingLive } from "@/components/live/use-thing-live";
import { usePreferences } from "@/components/shell/preferences-provider";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Segmented } from "@/components/ui/tabs";
import type { ThingDetail } from "@/lib/fleet/thing";
import type { ChartMark, ThingEvent } from "@/lib/telemetry/thing-live";
import { ThingFacts } from "./thing-facts";
import { LONGEST, SPANS, useTimeWindow } from "./use-time-window";

const MARK_KINDS: Partial<Record<ThingEvent["kind"], ChartMark["kind"]>> = {
  connected: "presence",
  disconnected: "presence",
  desired: "command",
  refused: "alarm",
};

/** The events that stand on a chart's time axis. */
export function chartMarks(events: readonly ThingEvent[]): ChartMark[] {
  return events.flatMap(({ atMs, kind, sentence }) => {
    const mark = MARK_KINDS[kind];
    return mark === undefined ? [] : [{ atMs, kind: mark, label: inertText(sentence, 120) }];
  });
}

/** The events that this tab has seen, and the alarms that the cloud has kept. */
function useMarks(thingName: string): ChartMark[] {
  const events = useEvents(thingName);
  const { data } = useAlarms({ thing: thingName });
  return useMemo(() => {
    const raised = (data?.alarms ?? []).map((alarm): ChartMark => ({
      atMs: alarm.raisedAtMs,
      kind: "alarm",
      label: `${alarmSubject(alarm)} ${alarmValue(alarm)}`.trim(),
    }));
    return [...chartMarks(events), ...raised];
  }, [events, data]);
}

interface PanelsProps {
  readonly thing: ThingDetail;
  readonly metrics: readonly string[];
}

function Readings({ thing, metrics }: PanelsProps) {
  return (
    <dl data-live-area className="rounded-panel border-line bg-surface flex flex-wrap overflow-hidden border">
      {metrics.map((metric) => (
        <div key={metric} className="bg-surface min-w-0 flex-1 basis-34 px-3.5 py-2.5">
          <dt className="text-small text-ink-3 truncate">{inertText(metricWords(thing.thingType, metric).label, 40)}</dt>
          <dd className="text-title truncate">
            <MetricReading thing={thing} metric={metric} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface WindowBarProps {
  readonly isPaused?: boolean;
  /** Absent while there is no chart that could stand still. */
  readonly onPause?: () => void;
  readonly history: HistoryView["state"];
  readonly onRetry: () => void;
}

/** Says why a chart may show less than its window. */
function HistoryNote({ history, onRetry }: Pick<WindowBarProps, "history" | "onRetry">) {
  if (history === "off") return <span className="text-small text-ink-3">History is off: charts begin when this page was opened.</span>;
  if (history === "loading") return <span className="text-small text-ink-3">Reading the past …</span>;
  if (history !== "unavailable") return null;
  return (
    <span role="status" className="text-small text-ink-2 inline-flex items-center gap-2">
      History is unavailable just now; live values go on.
      <Button size="small" onClick={onRetry}>
        Try again
      </Button>
    </span>
  );
}

function WindowBar({ isPaused = false, onPause, history, onRetry }: WindowBarProps) {
  const { last, window, setLast, setWindow } = useTimeWindow();
  const { clock } = usePreferences();
  const nowMs = useServerNow(60_000);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="scroll-slim max-w-full overflow-x-auto">
        <Segmented label="Time window" value={window === null ? last : ("" as typeof last)} onChange={setLast} items={SPANS} />
      </div>
      {window === null ? (
        onPause && (
          <Button
            size="small"
            tone="quiet"
            onClick={onPause}
            icon={isPaused ? <Play className="size-3.5" /> : <Pause className="size-3.5" />}
          >
            {isPaused ? "Resume" : "Pause"}
          </Button>
        )
      ) : (
        <>
          <span className="text-small text-ink-2">
            {shortWords(window.fromMs, nowMs, clock)} to {shortWords(window.toMs, nowMs, clock)}
          </span>
          <Button size="small" tone="primary" onClick={() => setWindow(null)}>
            Back to live
          </Button>
        </>
      )}
      <HistoryNote history={history} onRetry={onRetry} />
    </div>
  );
}

interface ChartsProps extends PanelsProps {
  readonly history: HistoryView;
  readonly onRetry: () => void;
}

function Charts({ thing, metrics, history, onRetry }: ChartsProps) {
  const { windowMs, window, setWindow } = useTimeWindow();
  const [isPaused, setIsPaused] = useState(false);
  const marks = useMarks(thing.thingName);
  const panels = useMemo(() => metricPanels(thing.thingType, metrics), [thing.thingType, metrics]);
  return (
    <>
      <WindowBar isPaused={isPaused} onPause={() => setIsPaused(!isPaused)} history={history.state} onRetry={onRetry} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        {panels.map((panel) => {
          const title = panel.metrics.map((metric) => inertText(metricWords(thing.thingType, metric).label, 40)).join(", ");
          return (
            <Card
              key={panel.metrics.join()}
              title={title}
              className="lg:last:odd:col-span-2"
              aside={<span className="text-small text-ink-3">{panel.unit}</span>}
            >
              <LiveChart
                thing={thing.thingName}
                metrics={panel.metrics}
                title={title}
                windowMs={windowMs}
                window={window}
                onWindowChange={setWindow}
                isPaused={isPaused}
                marks={marks}
                history={history}
                unitOf={(metric) => metricWords(thing.thingType, metric).unit || undefined}
                textOf={(metric, value) => metricText(metricWords(thing.thingType, metric), value)}
                labelOf={(metric) => inertText(metricWords(thing.thingType, metric).label, 40)}
                height={200}
              />
            </Card>
          );
        })}
      </div>
    </>
  );
}

/** A silent device still has a past: the window can be chosen although there is no chart in it yet. */
function NoValues({ thing, history, onRetry }: Pick<ChartsProps, "history" | "onRetry"> & { readonly thing: ThingDetail }) {
  const { liveness, isStreaming } = useThingLive(thing.thingName);
  const { last, window } = useTimeWindow();
  if (liveness === "never-seen") {
    return (
      <Card>
        <EmptyState title="This device has never reported" icon={<Activity className="size-5" />}>
          It is registered. Its values appear here with its first message.
        </EmptyState>
      </Card>
    );
  }
  const span = SPANS.find(({ id }) => id === last) ?? SPANS[0];
  return (
    <>
      <WindowBar history={history.state} onRetry={onRetry} />
      <Card>
        <EmptyState
          title={window === null ? `No values in the last ${span.label}` : "No values in this window"}
          icon={<Activity className="size-5" />}
        >
          {isStreaming ? "Its stream is subscribed: the next message draws the charts." : "Its stream is being subscribed."}
          {window === null && last !== LONGEST.id && " For its past, choose a longer time above."}
        </EmptyState>
      </Card>
    </>
  );
}

/** The metrics of which the past holds a value. */
const measuredIn = ({ values }: HistoryView): string[] =>
  Object.entries(values).flatMap(([metric, column]) => (column.some((value) => value !== null) ? [metric] : []));

/** Readings and charts on one side, what can be switched and the facts on the other. */
export function LiveTab({ thing }: { readonly thing: ThingDetail }) {
  const heard = useMetricNames(thing.thingName);
  const { history, retry } = useHistory(thing.thingName, useTimeWindow());
  // A device that is silent now still has a past.
  const metrics = useMemo(() => [...new Set([...heard, ...measuredIn(history)])], [heard, history]);
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_20rem] xl:grid-rows-[auto_1fr]">
      <div className="min-w-0 xl:col-start-2">
        <ThingControls thing={thing} />
      </div>
      <div className="flex min-w-0 flex-col gap-4 xl:col-start-1 xl:row-span-2 xl:row-start-1">
        {metrics.length === 0 ? (
          <NoValues thing={thing} history={history} onRetry={retry} />
        ) : (
          <>
            {heard.length > 0 && <Readings thing={thing} metrics={heard} />}
            <Charts thing={thing} metrics={metrics} history={history} onRetry={retry} />
          </>
        )}
      </div>
      <div className="min-w-0 xl:col-start-2">
        <ThingFacts thing={thing} />
      </div>
    </div>
  );
}
