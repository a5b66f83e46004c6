"use client";

import { Download, ScrollText, SearchX, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import useSWRInfinite from "swr/infinite";
import { errorWords } from "@/lib/session/site-api.client";
import { useServerNow } from "@/components/live/use-thing-live";
import { Button } from "@/components/ui/button";
import { buttonClass } from "@/components/ui/button-class";
import { Card, PageHead } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Banner, Skeleton } from "@/components/ui/states";
import type { CommandView } from "@/lib/shadow/command-view";
import { AuditFilters } from "./audit-filters";
import { AuditRowSheet } from "./audit-row-sheet";
import { AuditTable } from "./audit-table";
import { SPANS, useAuditQuery } from "./use-audit-query";

const PAGE_SIZE = 50;
const REFRESH_MS = 5_000;
const MINUTE_MS = 60_000;

interface AuditAnswer {
  rows: CommandView[];
  nextCursor: string | null;
}

/** Rows of the log that match, page after page. The start moves with the clock by the minute, so that pages keep their address. */
function useAuditRows(search: string, spanMs: number, nowMs: number) {
  const fromMs = spanMs >= SPANS["90d"] || nowMs === 0 ? null : Math.floor((nowMs - spanMs) / MINUTE_MS) * MINUTE_MS;
  const filter = useMemo(() => {
    const query = new URLSearchParams(search);
    if (fromMs !== null) query.set("fromMs", String(fromMs));
    return query.toString();
  }, [search, fromMs]);
  const pages = useSWRInfinite<AuditAnswer, unknown>(
    (index: number, previous: AuditAnswer | null) => {
      if (index > 0 && previous?.nextCursor == null) return null;
      const query = new URLSearchParams(filter);
      query.set("limit", String(PAGE_SIZE));
      if (index > 0 && previous?.nextCursor) query.set("cursor", previous.nextCursor);
      return `/api/audit?${query.toString()}`;
    },
    { refreshInterval: REFRESH_MS, revalidateFirstPage: true, persistSize: false },
  );
  const rows = useMemo(() => {
    const byId = new Map((pages.data ?? []).flatMap((page) => page.rows).map((row) => [row.commandId, row]));
    return [...byId.values()];
  }, [pages.data]);
  return { ...pages, rows, filter, hasMore: pages.data?.at(-1)?.nextCursor != null };
}

function LoadingRows() {
  return (
    <div role="status" className="flex flex-col gap-4 p-4">
      <span className="sr-only">Reading the log</span>
      {Array.from({ length: 8 }, (_, at) => (
        <Skeleton key={at} className={at % 2 === 0 ? "w-4/5" : "w-3/5"} />
      ))}
    </div>
  );
}

/** Who asked what of which device, and what the device did. */
export function AuditPage() {
  const query = useAuditQuery();
  const { params, search, isFiltered, set, clear } = query;
  const nowMs = useServerNow(MINUTE_MS);
  const { rows, filter, error, isLoading, isValidating, hasMore, size, setSize, mutate } = useAuditRows(search, SPANS[params.span], nowMs);
  const hasFailed = error !== undefined;
  return (
    <div className="flex flex-col gap-3">
      <PageHead
        title="Audit"
        lead="Every change asked of a device, and what the device reported. Kept for 90 days; nothing here can be changed."
        actions={
          <a
            href={`/api/audit/csv${filter === "" ? "" : `?${filter}`}`}
            download
            className={buttonClass("plain")}
            title="The rows that match the filters, all pages of them"
          >
            <Download className="size-4" aria-hidden />
            CSV
          </a>
        }
      />
      <AuditFilters query={query} />
      {hasFailed && rows.length > 0 && <Banner tone="caution">{errorWords(error)} The rows below are the last that could be read.</Banner>}
      <Card isFlush aria-busy={isLoading}>
        {isLoading && rows.length === 0 ? (
          <LoadingRows />
        ) : rows.length > 0 ? (
          <AuditTable rows={rows} onOpen={(row) => set({ row })} />
        ) : hasFailed ? (
          <EmptyState
            title="The log could not be read"
            icon={<TriangleAlert className="size-5" />}
            actions={<Button onClick={() => void mutate()}>Try again</Button>}
          >
            {errorWords(error)}
          </EmptyState>
        ) : isFiltered ? (
          <EmptyState title="No row matches" icon={<SearchX className="size-5" />} actions={<Button onClick={clear}>Clear filters</Button>}>
            The filters together leave nothing of the log.
            {params.thing !== "" && " Device takes a whole name: choose one that the field offers while you type."}
          </EmptyState>
        ) : (
          <EmptyState title="Nothing has been switched yet" icon={<ScrollText className="size-5" />}>
            The first command to a device is the first row here.
          </EmptyState>
        )}
      </Card>
      {hasMore && (
        <Button className="self-center" isBusy={isValidating && size > 1} onClick={() => void setSize(size + 1)}>
          Older rows
        </Button>
      )}
      <AuditRowSheet id={params.row} onClose={() => set({ row: null })} />
    </div>
  );
}
