"use client";

import { BellRing, CircleCheck, SearchX, TriangleAlert } from "lucide-react";
import { useRef, useState } from "react";
import { errorWords } from "@/lib/session/site-api.client";
import { NoSite } from "@/components/fleet/no-site";
import { useViewer } from "@/components/shell/viewer-provider";
import { Button } from "@/components/ui/button";
import { Card, PageHead } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Banner, Skeleton } from "@/components/ui/states";
import { ALARM_STATES } from "@/lib/alarms/alarm-row";
import type { AlarmsAnswer, AlarmView } from "@/lib/alarms/alarm-view";
import { AlarmFilters } from "./alarm-filters";
import { AlarmRow } from "./alarm-row";
import { peopleOf, STATE_WORDS } from "./alarm-words";
import { AcknowledgeDialog, AssignDialog, SnoozeDialog } from "./answer-dialog";
import { useAlarmQuery } from "./use-alarm-query";
import { useAlarmKeys } from "./use-alarm-keys";
import { type AlarmVerb, useAlarms } from "./use-alarms";
import { useWatchAlarms } from "./use-watch-alarms";

const NO_ALARMS: readonly AlarmView[] = [];

interface Answering {
  readonly kind: AlarmVerb;
  readonly alarm: AlarmView;
}

function leadOf(data: AlarmsAnswer | undefined, error: unknown): string {
  if (!data) return error === undefined ? "Reading the alarms" : "Could not be read";
  const { unacknowledged, active } = data.counts;
  const standing = active.critical + active.warning;
  if (unacknowledged + standing === 0) return "Every value is within its limits.";
  const waiting = unacknowledged === 0 ? "None waits for a person" : `${unacknowledged.toLocaleString("en")} waiting for a person`;
  const critical = active.critical === 0 ? "" : `, ${active.critical.toLocaleString("en")} critical`;
  return `${waiting} · ${standing === 0 ? "none" : standing.toLocaleString("en")} active${critical}`;
}

function Loading() {
  return (
    <Card isFlush>
      <div role="status" className="flex flex-col gap-5 p-4">
        <span className="sr-only">Reading the alarms</span>
        {["w-4/5", "w-3/5", "w-2/3", "w-3/4"].map((width) => (
          <Skeleton key={width} className={width} />
        ))}
      </div>
    </Card>
  );
}

/** The list in the order that the server gives it, cut into its states. */
function Groups({
  alarms,
  onAnswer,
}: {
  readonly alarms: readonly AlarmView[];
  readonly onAnswer: ((...answer: Parameters<OnAnswer>) => void) | null;
}) {
  return ALARM_STATES.map((state) => {
    const own = alarms.filter((alarm) => alarm.state === state);
    if (own.length === 0) return null;
    return (
      <Card key={state} title={STATE_WORDS[state]} isFlush aside={<span className="text-small text-ink-3 tabular-nums">{own.length}</span>}>
        <ul>
          {own.map((alarm) => (
            <AlarmRow key={`${alarm.thing}#${alarm.metric}`} alarm={alarm} onAnswer={onAnswer} />
          ))}
        </ul>
      </Card>
    );
  });
}

type OnAnswer = (kind: Answering["kind"], alarm: AlarmView) => void;

function Nothing({ query: { params, isFiltered, clear } }: { readonly query: ReturnType<typeof useAlarmQuery> }) {
  const [only] = params.state.length === 1 ? params.state : [];
  return (
    <Card isFlush>
      {isFiltered ? (
        <EmptyState
          title={only === undefined ? "No alarm matches" : `No alarm here is ${STATE_WORDS[only].toLowerCase()}`}
          icon={<SearchX className="size-5" />}
          actions={<Button onClick={clear}>Clear filters</Button>}
        >
          There may be alarms that the filters leave out.
        </EmptyState>
      ) : (
        <EmptyState title="No alarm in thirty days" icon={<CircleCheck className="size-5" />}>
          A value beyond the limits of its device type is raised here within seconds, also while nobody looks. Limits stand in the settings
          file of the device types.
        </EmptyState>
      )}
    </Card>
  );
}

/** What needs a person: unanswered alarms first, then those that somebody has seen, then the past. */
export function AlarmsPage() {
  const query = useAlarmQuery();
  const { role, name, username, sites } = useViewer();
  const { data, error, mutate } = useAlarms(query.filter);
  const [answering, setAnswering] = useState<Answering | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const alarms = data?.alarms ?? NO_ALARMS;
  useWatchAlarms(alarms);
  const onAnswer: OnAnswer | null = role === "guest" ? null : (kind, alarm) => setAnswering({ kind, alarm });
  useAlarmKeys(box);
  const close = () => setAnswering(null);
  const retry = (size: "small" | "medium") => (
    <Button size={size} onClick={() => void mutate()}>
      Try again
    </Button>
  );
  if (sites.length === 0) return <NoSite />;
  return (
    <div ref={box} className="flex flex-col gap-3">
      <PageHead title="Alarms" lead={leadOf(data, error)} />
      <AlarmFilters query={query} counts={data?.counts} />
      {error !== undefined && data && (
        <Banner tone="caution" actions={retry("small")}>
          {errorWords(error)} The alarms below are the last that could be read.
        </Banner>
      )}
      {alarms.length > 0 ? (
        <Groups alarms={alarms} onAnswer={onAnswer} />
      ) : error !== undefined ? (
        <Card isFlush>
          <EmptyState title="The alarms could not be read" icon={<TriangleAlert className="size-5" />} actions={retry("medium")}>
            {errorWords(error)}
          </EmptyState>
        </Card>
      ) : data ? (
        <Nothing query={query} />
      ) : (
        <Loading />
      )}
      {data && data.totalCount > alarms.length && (
        <p className="text-small text-ink-3 flex items-center gap-2">
          <BellRing className="size-3.5" aria-hidden />
          {alarms.length.toLocaleString("en")} of {data.totalCount.toLocaleString("en")} shown, the most pressing first. Narrow the list to
          see the others.
        </p>
      )}
      {answering?.kind === "acknowledge" && <AcknowledgeDialog alarm={answering.alarm} onClose={close} />}
      {answering?.kind === "snooze" && <SnoozeDialog alarm={answering.alarm} onClose={close} />}
      {answering?.kind === "assign" && (
        <AssignDialog alarm={answering.alarm} names={peopleOf(alarms)} me={name || username} onClose={close} />
      )}
    </div>
  );
}
