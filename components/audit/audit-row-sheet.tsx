"use client";

import Link from "next/link";
import useSWR from "swr";
import { errorWords } from "@/lib/session/site-api.client";
import { inertBlock, inertText } from "@/components/fleet/inert-text";
import { exactWords } from "@/components/fleet/time-words";
import { useSites } from "@/components/fleet/use-sites";
import { usePreferences } from "@/components/shell/preferences-provider";
import { Button } from "@/components/ui/button";
import { Sheet } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/states";
import { Fact, Facts } from "@/components/ui/table";
import { toasts } from "@/components/ui/toast-store";
import { isAppErrorCode, meaningOf } from "@/lib/platform/app-error";
import type { CommandView } from "@/lib/shadow/command-view";
import { actorWords, Change, latencyWords, Outcome } from "./command-cells";
import { KINDS, ORIGINS } from "./outcome-words";

function copyLink(): void {
  void navigator.clipboard.writeText(location.href).then(
    () => toasts.show({ title: "Link copied", detail: "It opens this row of the log." }),
    () => toasts.show({ title: "The link could not be copied", tone: "quiet" }),
  );
}

function RowLink({ id }: { readonly id: string }) {
  return (
    <Link href={`/audit?row=${encodeURIComponent(id)}`} className="font-mono break-all underline underline-offset-2">
      {inertText(id, 80)}
    </Link>
  );
}

function Details({ row }: { readonly row: CommandView }) {
  const { clock } = usePreferences();
  const { siteLabel } = useSites();
  return (
    <Facts>
      <Fact label="Outcome">
        <Outcome status={row.status} />
      </Fact>
      {isAppErrorCode(row.code) && <Fact label="Why">{meaningOf(row.code).sentence}</Fact>}
      {row.words !== null && (
        <Fact label="Device’s words">
          <bdi>{inertText(row.words, 500)}</bdi>
        </Fact>
      )}
      <Fact label="Change">
        <Change row={row} />
      </Fact>
      <Fact label="Device">
        <Link href={`/devices/${encodeURIComponent(row.thing)}`} className="font-mono break-all underline underline-offset-2">
          <bdi>{inertText(row.thing, 128)}</bdi>
        </Link>
      </Fact>
      {row.site !== null && <Fact label="Site">{inertText(siteLabel(row.site), 60)}</Fact>}
      <Fact label="Kind">{KINDS[row.kind]}</Fact>
      <Fact label="Who">
        <bdi>{actorWords(row)}</bdi>
        {row.actor && <span className="text-ink-3"> ({inertText(row.actor.username, 80)})</span>}
      </Fact>
      <Fact label="From">
        {ORIGINS[row.origin.via]}
        {row.origin.ip !== undefined && <>, {inertText(row.origin.ip, 45)}</>}
        {row.origin.userAgent !== undefined && <div className="text-small text-ink-3">{inertText(row.origin.userAgent, 200)}</div>}
      </Fact>
      <Fact label="Asked">{exactWords(row.atMs, clock)}</Fact>
      {row.acceptedAtMs !== null && <Fact label="Accepted">{exactWords(row.acceptedAtMs, clock)}</Fact>}
      <Fact label="Ended">{row.deadlineMs === null ? exactWords(row.statusAtMs, clock) : "Not yet"}</Fact>
      <Fact label="Latency">{latencyWords(row.latencyMs)}</Fact>
      {row.expiresAtMs !== null && <Fact label="Queued until">{exactWords(row.expiresAtMs, clock)}</Fact>}
      <Fact label="Shadow version">{row.version ?? "None made"}</Fact>
      {row.note !== null && (
        <Fact label="Note">
          <bdi className="whitespace-pre-line">{inertBlock(row.note, 500)}</bdi>
        </Fact>
      )}
      {row.run !== null && (
        <Fact label="Run">
          <Link href={`/runs/${encodeURIComponent(row.run)}`} className="font-mono break-all underline underline-offset-2">
            {row.run}
          </Link>
        </Fact>
      )}
      {row.of !== null && (
        <Fact label="Takes back">
          <RowLink id={row.of} />
        </Fact>
      )}
      {row.byId !== null && (
        <Fact label="Ended by">
          <RowLink id={row.byId} />
        </Fact>
      )}
      <Fact label="Command">
        <code className="text-small font-mono break-all">{inertText(row.commandId, 220)}</code>
      </Fact>
    </Facts>
  );
}

/** One row of the log in full, at its own address. */
export function AuditRowSheet({ id, onClose }: { readonly id: string | null; readonly onClose: () => void }) {
  const { data, error } = useSWR<{ command: CommandView }, unknown>(id === null ? null : `/api/commands/${encodeURIComponent(id)}`, {
    keepPreviousData: false,
  });
  return (
    <Sheet
      isOpen={id !== null}
      onClose={onClose}
      title="One row of the log"
      footer={
        <Button size="small" onClick={copyLink}>
          Copy its link
        </Button>
      }
    >
      {data ? (
        <Details row={data.command} />
      ) : error === undefined ? (
        <div role="status" className="flex flex-col gap-3">
          <span className="sr-only">Reading the row</span>
          <Skeleton className="w-3/5" />
          <Skeleton className="w-4/5" />
          <Skeleton className="w-2/5" />
        </div>
      ) : (
        <p role="alert">{errorWords(error)}</p>
      )}
    </Sheet>
  );
}
