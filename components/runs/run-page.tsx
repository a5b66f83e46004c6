"use client";

import { Download } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import useSWR from "swr";
import { latencyWords, Outcome } from "@/components/audit/command-cells";
import { errorWords } from "@/lib/session/site-api.client";
import { inertText } from "@/components/fleet/inert-text";
import { TimeAgo } from "@/components/fleet/time-ago";
import { Button } from "@/components/ui/button";
import { buttonClass } from "@/components/ui/button-class";
import { Card, PageHead } from "@/components/ui/card";
import { Banner } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { useKeptFocus } from "@/components/ui/use-kept-focus";
import { toasts } from "@/components/ui/toast-store";
import { meaningOf } from "@/lib/platform/app-error";
import { commandApi } from "@/lib/shadow/command-api.client";
import { isRetryable, type RunRow } from "@/lib/shadow/run";
import type { RunView } from "@/lib/shadow/run-view";
import { exclusionSummary, exclusionWords } from "./exclusion-words";
import { RunProgress } from "./run-progress";
import { RunReading } from "./run-reading";
import { patchWords, RunEndMark, RunStatusMark } from "./run-words";

const MOVING_MS = 1_000;
const ROWS_MAX = 1_000;
interface ActionsProps {
  readonly run: RunView;
  readonly onRun: (run: RunView) => void;
}

/** What sending once more would do; null when there is nothing to send. */
function toRetryWords(rows: readonly RunRow[]): string | null {
  const count = rows.filter(isRetryable).length;
  const skippedCount = rows.filter(({ outcome }) => outcome === "skipped").length;
  if (count === 0) return null;
  if (skippedCount === 0) return `Retry ${count} failed`;
  return skippedCount === count ? `Send to the other ${count}` : `Send to ${count} failed or not sent`;
}

function RunActions({ run, onRun }: ActionsProps) {
  const [busy, setBusy] = useState<"stop" | "retry" | null>(null);
  const mayRetry = run.isMine && (run.status === "done" || (run.status === "stopped" && run.isSettled));
  const retryWords = toRetryWords(run.rows);
  const isGoing = run.status === "running" || run.status === "paused";
  const ask = (verb: "stop" | "retry", request: Promise<RunView>) => {
    setBusy(verb);
    request
      .then(onRun)
      .catch((error: unknown) => toasts.show({ title: errorWords(error), tone: "alarm" }))
      .finally(() => setBusy(null));
  };
  const kept = useKeptFocus<HTMLSpanElement>((actions) => actions.querySelector<HTMLElement>("button, a"));
  return (
    <span {...kept} className="flex flex-wrap items-center gap-2">
      {isGoing && (
        <Button tone="danger" isBusy={busy === "stop"} onClick={() => ask("stop", commandApi.stopRun(run.id))}>
          Stop
        </Button>
      )}
      {mayRetry && retryWords !== null && (
        <Button
          tone={run.isSettled ? "primary" : "plain"}
          isBusy={busy === "retry"}
          onClick={() => ask("retry", commandApi.retryRun(run.id))}
        >
          {retryWords}
        </Button>
      )}
      <a href={`/api/runs/${run.id}/csv`} download className={buttonClass("plain")}>
        <Download className="size-4" aria-hidden />
        CSV
      </a>
    </span>
  );
}

function rowWords({ outcome, words, code }: RunRow): string {
  if (words !== null) return words;
  if (code !== null) return meaningOf(code).sentence;
  return outcome === "timed-out" ? "The device has not answered. The change may still apply." : "";
}

function RunRows({ rows }: { readonly rows: readonly RunRow[] }) {
  return (
    <Table label="Devices of the run" className="table-fixed sm:min-w-[44rem]">
      <thead>
        <tr>
          <HeadCell className="sm:w-[28%]">Device</HeadCell>
          <HeadCell className="sm:w-48">Outcome</HeadCell>
          <HeadCell className="max-sm:hidden">Why</HeadCell>
          <HeadCell className="w-24 text-right max-sm:hidden">Latency</HeadCell>
          <HeadCell className="w-16">Log</HeadCell>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, ROWS_MAX).map((row) => (
          <Row key={row.thing} data-thing={row.thing}>
            <Cell>
              <Link
                href={`/devices/${encodeURIComponent(row.thing)}`}
                prefetch={false}
                className="text-small font-mono break-all underline-offset-2 hover:underline"
              >
                <bdi>{inertText(row.thing, 128)}</bdi>
              </Link>
            </Cell>
            <Cell>
              <Outcome status={row.outcome} />
              <div className="text-small text-ink-2 break-words sm:hidden">
                <bdi>{inertText(rowWords(row), 200)}</bdi>
              </div>
            </Cell>
            <Cell className="text-small text-ink-2 break-words max-sm:hidden">
              <bdi>{inertText(rowWords(row), 200)}</bdi>
            </Cell>
            <Cell className="text-right whitespace-nowrap max-sm:hidden">{latencyWords(row.latencyMs)}</Cell>
            <Cell>
              {row.commandId !== null && row.commandId !== "" && (
                <Link
                  href={`/audit?row=${encodeURIComponent(row.commandId)}`}
                  prefetch={false}
                  className="text-small underline underline-offset-2"
                >
                  Row
                </Link>
              )}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function Excluded({ run }: { readonly run: RunView }) {
  if (run.excluded.length === 0) return null;
  return (
    <details className="rounded-panel border-line bg-surface border">
      <summary className="px-4 py-2.5 font-medium">
        {run.excluded.length} left out: {exclusionSummary(run.excluded)}
      </summary>
      <ul className="border-line text-small scroll-slim max-h-72 overflow-y-auto border-t px-4 py-2">
        {run.excluded.map((each) => (
          <li key={each.thing} className="py-0.5">
            <bdi className="font-mono">{inertText(each.thing, 128)}</bdi>, {exclusionWords(each)}
            {each.words !== undefined && (
              <>
                : <bdi className="text-ink-2">{inertText(each.words, 200)}</bdi>
              </>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

function RunBody({ run, onRun }: ActionsProps) {
  const [chosen, setChosen] = useState<RunRow["outcome"] | null>(null);
  const rows = chosen === null ? run.rows : run.rows.filter(({ outcome }) => outcome === chosen);
  const endedCount = run.rows.filter(({ outcome }) => outcome !== "waiting" && outcome !== "pending" && outcome !== "accepted").length;
  return (
    <>
      <PageHead
        title={<bdi>Set {patchWords(run)}</bdi>}
        lead={
          <span className="flex flex-wrap items-center gap-x-3">
            {run.isSettled && run.status === "done" ? (
              <RunEndMark failedCount={run.rows.filter(isRetryable).length} />
            ) : (
              <RunStatusMark status={run.status} />
            )}
            <span>
              {inertText(run.by.name, 80)}, <TimeAgo atMs={run.atMs} isPlain />
              {run.attempt > 1 && `, attempt ${run.attempt}`}
            </span>
          </span>
        }
        actions={<RunActions run={run} onRun={onRun} />}
      />
      {run.status === "paused" && (
        <Banner tone="caution">
          The run is paused. {run.code !== null && meaningOf(run.code).sentence}{" "}
          {run.code !== null && meaningOf(run.code).isRetryable
            ? "It goes on by itself when that is over."
            : run.isMine
              ? "It goes on while you look at it."
              : "It goes on when its owner opens it."}
        </Banner>
      )}
      <Card
        title={`${run.rows.length.toLocaleString("en")} ${run.rows.length === 1 ? "device" : "devices"}`}
        aside={
          <span role="status" className="text-small text-ink-2">
            {run.isSettled ? "Every device has its outcome" : `${endedCount} of ${run.rows.length} have their outcome`}
          </span>
        }
      >
        <RunProgress counts={run.counts} total={Math.max(1, run.rows.length)} chosen={chosen} onChoose={setChosen} />
      </Card>
      <Excluded run={run} />
      <Card isFlush>
        <RunRows rows={rows} />
      </Card>
    </>
  );
}

/** One bulk run, as it goes and after it: the server keeps it, so a reload loses nothing. */
export function RunPage({ id }: { readonly id: string }) {
  const { data, error, mutate } = useSWR<{ run: RunView }, unknown>(`/api/runs/${encodeURIComponent(id)}`, {
    refreshInterval: (latest) => (latest?.run.isSettled === true ? 0 : MOVING_MS),
  });
  return (
    <RunReading label="Reading the run" data={data} error={error} onRetry={() => void mutate()}>
      {({ run }) => (
        <div className="flex flex-col gap-3">
          {error !== undefined && <Banner tone="caution">{errorWords(error)} The run itself goes on.</Banner>}
          <RunBody run={run} onRun={(next) => void mutate({ run: next }, { revalidate: true })} />
        </div>
      )}
    </RunReading>
  );
}
