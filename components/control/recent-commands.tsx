"use client";

import { SlidersHorizontal } from "lucide-react";
import Link from "next/link";
import useSWR from "swr";
import { actorWords, Change, latencyWords, Outcome } from "@/components/audit/command-cells";
import { KINDS } from "@/components/audit/outcome-words";
import { errorWords } from "@/lib/session/site-api.client";
import { inertText } from "@/components/fleet/inert-text";
import { TimeAgo } from "@/components/fleet/time-ago";
import { useViewer } from "@/components/shell/viewer-provider";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/states";
import type { CommandView } from "@/lib/shadow/command-view";

const REFRESH_MS = 5_000;
const SHOWN = 8;
const SHOWN_OF_THING = 30;

interface RecentCommandsProps {
  /** Only commands to this thing. */
  readonly thingName?: string;
}

function Line({ row, hasThing }: { readonly row: CommandView; readonly hasThing: boolean }) {
  return (
    <li className="border-line text-small grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-0.5 border-b px-4 py-2 last:border-b-0">
      <span className="min-w-0">
        <span className="text-body font-medium">{actorWords(row)}</span>{" "}
        {hasThing && (
          <Link href={`/devices/${encodeURIComponent(row.thing)}?tab=commands`} prefetch={false} className="hover:underline">
            <bdi className="font-mono">{inertText(row.thing, 80)}</bdi>
          </Link>
        )}
        {row.kind !== "command" && <span className="text-ink-2"> {KINDS[row.kind]}</span>}
      </span>
      <Outcome status={row.status} />
      <span className="min-w-0">
        <Change row={row} />
        {row.words !== null && (
          <span className="text-ink-2">
            “<bdi>{inertText(row.words, 200)}</bdi>”
          </span>
        )}
      </span>
      <span className="text-ink-3 text-right">
        {row.latencyMs !== null && <>{latencyWords(row.latencyMs)} · </>}
        <Link href={`/audit?row=${encodeURIComponent(row.commandId)}`} prefetch={false} className="hover:underline">
          <TimeAgo atMs={row.atMs} isPlain />
        </Link>
      </span>
    </li>
  );
}

function CommandList({ thingName }: RecentCommandsProps) {
  const query = new URLSearchParams({
    limit: String(thingName === undefined ? SHOWN : SHOWN_OF_THING),
    ...(thingName !== undefined && { thing: thingName }),
  });
  const { data, error, mutate } = useSWR<{ rows: CommandView[] }, unknown>(`/api/audit?${query.toString()}`, {
    refreshInterval: REFRESH_MS,
  });
  if (!data && error !== undefined) {
    return (
      <p className="flex flex-wrap items-center gap-3 px-4 py-3">
        <span className="text-ink-2">{errorWords(error)}</span>
        <Button size="small" onClick={() => void mutate()}>
          Try again
        </Button>
      </p>
    );
  }
  if (!data) {
    return (
      <div role="status" className="flex flex-col gap-3 px-4 py-4">
        <span className="sr-only">Reading the commands</span>
        <Skeleton className="w-3/5" />
        <Skeleton className="w-2/5" />
      </div>
    );
  }
  if (data.rows.length === 0) {
    if (thingName === undefined) return <p className="text-ink-3 px-4 py-3">No commands have been sent to devices yet.</p>;
    return (
      <EmptyState title="No commands yet" icon={<SlidersHorizontal className="size-5" />}>
        What is asked of this device under Live, or by a bulk run, is listed here with what the device did.
      </EmptyState>
    );
  }
  return (
    <ul>
      {data.rows.map((row) => (
        <Line key={row.commandId} row={row} hasThing={thingName === undefined} />
      ))}
    </ul>
  );
}

/** The newest commands and what became of them; the log is for admins, and others are told so. */
export function RecentCommands({ thingName }: RecentCommandsProps) {
  const { role } = useViewer();
  if (role !== "admin") return <p className="text-ink-3 px-4 py-3">Admins see here who switched what, and what the device did.</p>;
  return <CommandList {...(thingName !== undefined && { thingName })} />;
}
