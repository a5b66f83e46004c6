"use client";

import { ListChecks, TriangleAlert } from "lucide-react";
import Link from "next/link";
import useSWR from "swr";
import { fetchErrorWords } from "@/components/fleet/fetch-json";
import { inertText } from "@/components/fleet/inert-text";
import { TimeAgo } from "@/components/fleet/time-ago";
import { Button, buttonClass } from "@/components/ui/button";
import { Card, PageHead } from "@/components/ui/card";
import { EmptyState, Skeleton } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import type { RunListItem } from "@/lib/shadow/run-view";
import { patchWords, RunStatusMark } from "./run-words";

const REFRESH_MS = 5_000;

function RunTable({ runs }: { readonly runs: readonly RunListItem[] }) {
  return (
    <Table label="Bulk runs" className="min-w-[36rem]">
      <thead>
        <tr>
          <HeadCell>Run</HeadCell>
          <HeadCell>Change</HeadCell>
          <HeadCell>Who</HeadCell>
          <HeadCell className="text-right">Devices</HeadCell>
          <HeadCell className="text-right">Left out</HeadCell>
          <HeadCell>State</HeadCell>
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
              <bdi>{patchWords(run.patch)}</bdi>
            </Cell>
            <Cell>
              <bdi>{inertText(run.by.name, 80)}</bdi>
            </Cell>
            <Cell className="text-right">{run.thingCount.toLocaleString("en")}</Cell>
            <Cell className="text-right">{run.excludedCount === 0 ? "–" : run.excludedCount.toLocaleString("en")}</Cell>
            <Cell>
              <RunStatusMark status={run.status} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function Body() {
  const { data, error, mutate } = useSWR<{ runs: RunListItem[] }, unknown>("/api/runs", { refreshInterval: REFRESH_MS });
  if (data && data.runs.length > 0) return <RunTable runs={data.runs} />;
  if (data) {
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
        Select devices in the list, choose what to set, look at who is left out, and start. The run is then here.
      </EmptyState>
    );
  }
  if (error !== undefined) {
    return (
      <EmptyState
        title="The runs could not be read"
        icon={<TriangleAlert className="size-5" />}
        actions={<Button onClick={() => void mutate()}>Try again</Button>}
      >
        {fetchErrorWords(error)}
      </EmptyState>
    );
  }
  return (
    <div role="status" className="flex flex-col gap-4 p-4">
      <span className="sr-only">Reading the runs</span>
      <Skeleton className="w-4/5" />
      <Skeleton className="w-3/5" />
      <Skeleton className="w-4/5" />
    </div>
  );
}

/** Bulk runs, newest first. */
export function RunListPage() {
  return (
    <div className="flex flex-col gap-3">
      <PageHead title="Runs" lead="One change sent to many devices, with the outcome of each." />
      <Card isFlush>
        <Body />
      </Card>
    </div>
  );
}
