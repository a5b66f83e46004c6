"use client";

import Link from "next/link";
import { inertText } from "@/components/fleet/inert-text";
import { clockWords, dateWords, exactWords } from "@/components/fleet/time-words";
import { usePreferences } from "@/components/shell/preferences-provider";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import type { CommandView } from "@/lib/shadow/command-view";
import { actorWords, Change, latencyWords, Outcome } from "./command-cells";
import { KINDS, ORIGINS } from "./outcome-words";

/** When something was, with the date: a log is read, copied and pictured on other days. The zone as a title, and the row's own address behind it. */
function When({ row, onOpen }: { readonly row: CommandView; readonly onOpen: (id: string) => void }) {
  const { clock } = usePreferences();
  return (
    <a
      href={`/audit?row=${encodeURIComponent(row.commandId)}`}
      title={`${exactWords(row.atMs, clock)}. Open this row`}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        onOpen(row.commandId);
      }}
      className="rounded-small whitespace-nowrap underline-offset-2 hover:underline"
    >
      <time dateTime={new Date(row.atMs).toISOString()}>
        {clockWords(row.atMs, clock)}
        <span className="text-micro text-ink-3 block">{dateWords(row.atMs, clock)}</span>
      </time>
    </a>
  );
}

function Ending({ row }: { readonly row: CommandView }) {
  return (
    <>
      <Outcome status={row.status} />
      {row.words !== null && (
        <div className="text-small text-ink-2 max-w-64 break-words">
          “<bdi>{inertText(row.words, 160)}</bdi>”
        </div>
      )}
    </>
  );
}

function AuditRowLine({ row, onOpen }: { readonly row: CommandView; readonly onOpen: (id: string) => void }) {
  return (
    <Row data-command={row.commandId}>
      <Cell className="max-sm:align-top">
        <When row={row} onOpen={onOpen} />
      </Cell>
      <Cell className="max-sm:hidden">
        <bdi>{actorWords(row)}</bdi>
        {row.actor && <div className="text-micro text-ink-3">{inertText(row.actor.username, 60)}</div>}
      </Cell>
      <Cell className="text-ink-2 whitespace-nowrap max-sm:hidden">
        {ORIGINS[row.origin.via]}
        {row.origin.ip !== undefined && <div className="text-micro text-ink-3">{inertText(row.origin.ip, 45)}</div>}
      </Cell>
      <Cell>
        <Link
          href={`/devices/${encodeURIComponent(row.thing)}`}
          prefetch={false}
          className="text-small font-mono underline-offset-2 hover:underline"
        >
          <bdi>{inertText(row.thing, 80)}</bdi>
        </Link>
        {row.kind !== "command" && <div className="text-micro text-ink-3">{KINDS[row.kind]}</div>}
        {/* A telephone has room for two columns: what the others say stands under the device. */}
        <div className="text-small flex flex-col gap-0.5 sm:hidden">
          <Change row={row} />
          <Ending row={row} />
          <bdi className="text-ink-3">{actorWords(row)}</bdi>
        </div>
      </Cell>
      <Cell className="text-small max-sm:hidden">
        <Change row={row} />
      </Cell>
      <Cell className="max-sm:hidden">
        <Ending row={row} />
      </Cell>
      <Cell className="text-right whitespace-nowrap max-sm:hidden">{latencyWords(row.latencyMs)}</Cell>
      <Cell className="max-sm:hidden">
        {row.run !== null && (
          <Link
            href={`/runs/${encodeURIComponent(row.run)}`}
            prefetch={false}
            className="text-small font-mono underline-offset-2 hover:underline"
          >
            {row.run.slice(0, 8)}
          </Link>
        )}
      </Cell>
    </Row>
  );
}

/** The log, newest first. */
export function AuditTable({ rows, onOpen }: { readonly rows: readonly CommandView[]; readonly onOpen: (id: string) => void }) {
  return (
    <Table label="Audit log" className="sm:min-w-[60rem]">
      <thead>
        <tr>
          <HeadCell>When</HeadCell>
          <HeadCell className="max-sm:hidden">Who</HeadCell>
          <HeadCell className="max-sm:hidden">From</HeadCell>
          <HeadCell>Device</HeadCell>
          <HeadCell className="max-sm:hidden">Before → desired → reported</HeadCell>
          <HeadCell className="max-sm:hidden">Outcome</HeadCell>
          <HeadCell className="text-right max-sm:hidden">Latency</HeadCell>
          <HeadCell className="max-sm:hidden">Run</HeadCell>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <AuditRowLine key={row.commandId} row={row} onOpen={onOpen} />
        ))}
      </tbody>
    </Table>
  );
}
