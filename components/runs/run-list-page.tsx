"use client";

import { ListChecks } from "lucide-react";
import Link from "next/link";
import useSWR from "swr";
import { OUTCOMES } from "@/components/audit/outcome-words";
import { inertText } from "@/components/fleet/inert-text";
import { TimeAgo } from "@/components/fleet/time-ago";
import { buttonClass } from "@/components/ui/button-class";
import { Card, PageHead } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { failedCountOf } from "@/lib/shadow/run";
import type { RunListItem } from "@/lib/shadow/run-view";
import { OutcomeBar, shownOutcomes } from "./run-progress";
import { RunReading } from "./run-reading";
import { patchWords, RunEndMark, RunStatusMark } from "./run-words";

const REFRESH_MS = 5_000;

/** How the run's devices stand: a bar for the eye, and the counts in words. */
function Outcomes({ run: { tally, thingCount } }: { readonly run: RunListItem }) {
  if (tally === null) return <span className="text-ink-3">–</span>;
  return (
    <div className="flex flex-col gap-1">
      <OutcomeBar counts={tally.counts} total={Math.max(1, thingCount)} className="h-1.5" />
      <span className="text-small text-ink-2">
        {shownOutcomes(tally.counts)
          .map((outcome) => `${(tally.counts[outcome] ?? 0).toLocaleString("en")} ${OUTCOMES[outcome].word.toLowerCase()}`)
          .join(", ")}
      </span>
    </div>
  );
}

const State = ({ run: { status, tally } }: { readonly run: RunListItem }) =>
  status === "done" && tally?.isSettled === true ? (
    <RunEndMark failedCount={failedCountOf(tally.counts)} />
  ) : (
    <RunStatusMark status={status} />
  );

function RunTable({ runs }: { readonly runs: readonly RunListItem[] }) {
  return (
    <Table label="Bulk runs" className="sm:min-w-[56rem]">
      <thead>
        <tr>
          <HeadCell>Run</HeadCell>
          <HeadCell>Change</HeadCell>
          <HeadCell className="max-sm:hidden">Who</HeadCell>
          <HeadCell className="text-right max-sm:hidden">Devices</HeadCell>
          <HeadCell className="text-right max-sm:hidden">Left out</HeadCell>
          <HeadCell className="sm:w-[26%]">Outcomes</HeadCell>
          <HeadCell className="max-sm:hidden">State</HeadCell>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <Row key={run.id}>
            <Cell>
              <Link href={`/runs/${run.id}`} prefetch={false} className="font-medium underline-offset-2 hover:underline">
                <TimeAgo atMs={run.atMs} isPlain />
              </Link>
              <div className="text-micro text-ink-3 font-mono">{run.id.slice(0, 8)}</div>
            </Cell>
            <Cell>
              <bdi>{patchWords(run)}</bdi>
            </Cell>
            <Cell className="max-sm:hidden">
              <bdi>{inertText(run.by.name, 80)}</bdi>
            </Cell>
            <Cell className="text-right max-sm:hidden">{run.thingCount.toLocaleString("en")}</Cell>
            <Cell className="text-right max-sm:hidden">{run.excludedCount === 0 ? "–" : run.excludedCount.toLocaleString("en")}</Cell>
            <Cell>
              <Outcomes run={run} />
              <div className="text-small mt-0.5 sm:hidden">
                <State run={run} />
              </div>
            </Cell>
            <Cell className="max-sm:hidden">
              <State run={run} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function NoRuns() {
  return (
    <EmptyState
      title="No bulk run yet"
      icon={<ListChecks className="size-5" />}
      actions={
        <Link href="/devices" className={buttonClass("primary")}>
          Pick devices
        </Link>
      }
    >
      Select devices in the list, choose what to set, look at who is left out, and start. The run then appears here.
    </EmptyState>
  );
}

/** Bulk runs, newest first. */
export function RunListPage() {
  const { data, error, mutate } = useSWR<{ runs: RunListItem[] }, unknown>("/api/runs", { refreshInterval: REFRESH_MS });
  return (
    <div className="flex flex-col gap-3">
      <PageHead title="Runs" lead="One change sent to many devices, with the outcome of each." />
      <Card isFlush>
        <RunReading label="Reading the runs" data={data} error={error} onRetry={() => void mutate()}>
          {({ runs }) => (runs.length > 0 ? <RunTable runs={runs} /> : <NoRuns />)}
        </RunReading>
      </Card>
    </div>
  );
}
