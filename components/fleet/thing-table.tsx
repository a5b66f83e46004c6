"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { useWatchThings } from "@/components/live/use-thing-live";
import { usePreferences } from "@/components/shell/preferences-provider";
import { Checkbox } from "@/components/ui/field";
import { classNames } from "@/components/ui/class-names";
import type { ThingSummary } from "@/lib/fleet/thing";
import type { SectionField } from "@/lib/fleet/thing-sections";
import { nextSort } from "./fleet-query";
import { listLines } from "./list-lines";
import { SectionLine } from "./section-line";
import type { ColumnContext, ThingColumn } from "./thing-columns";
import { ThingRow } from "./thing-row";
import { HEAD_CELL, SELECT_CELL } from "./table-lines";
import { SkeletonRows } from "./table-states";
import { sectionWords } from "./section-words";
import { useRowKeys } from "./use-row-keys";
import type { Selection } from "./use-selection";
import { useVirtualRows } from "./use-virtual-rows";

export const ROW_HEIGHT = { comfortable: 44, compact: 32 } as const;

interface ThingTableProps {
  readonly things: readonly ThingSummary[];
  /** What the rows stand together by, and how many each section has. */
  readonly by: SectionField | null;
  readonly sections: ReadonlyMap<string, number>;
  /** How many match in all, loaded or not. */
  readonly totalCount: number;
  readonly columns: readonly ThingColumn[];
  readonly context: ColumnContext;
  readonly sort: string | null;
  readonly onSort: (sort: string | null) => void;
  readonly selection: Selection | undefined;
  readonly hasMore: boolean;
  readonly onMore: () => void;
  readonly onSearch: () => void;
}

interface ColumnHeadProps {
  readonly column: ThingColumn;
  readonly sort: string | null;
  readonly onSort: (sort: string | null) => void;
}

function ColumnHead({ column, sort, onSort }: ColumnHeadProps) {
  const { sortKey } = column;
  const isUp = sortKey !== undefined && sort === sortKey;
  const isDown = sortKey !== undefined && sort === `-${sortKey}`;
  return (
    <th
      role="columnheader"
      scope="col"
      aria-sort={isUp ? "ascending" : isDown ? "descending" : undefined}
      className={classNames(HEAD_CELL, column.className)}
    >
      {sortKey === undefined ? (
        <span className={column.id === "state" ? "max-md:sr-only" : undefined}>{column.label}</span>
      ) : (
        <button
          type="button"
          onClick={() => onSort(nextSort(sort, sortKey))}
          className={classNames(
            "caption rounded-small hover:text-ink inline-flex items-center gap-1",
            column.id === "state" && "max-md:sr-only",
          )}
        >
          {column.label}
          {isUp && <ArrowUp className="size-3" aria-hidden />}
          {isDown && <ArrowDown className="size-3" aria-hidden />}
        </button>
      )}
    </th>
  );
}

/** An empty row as tall as `rows` rows. Its height is set through the object model, as the content security policy asks. */
function Spacer({ rows, rowHeight }: { readonly rows: number; readonly rowHeight: number }) {
  return (
    <tr
      aria-hidden
      hidden={rows === 0}
      className="block"
      ref={(row) => {
        row?.style.setProperty("height", `${rows * rowHeight}px`);
      }}
    />
  );
}

/** The fleet as a table of which only the rows in sight exist. */
export function ThingTable(props: ThingTableProps) {
  const { things, by, sections, totalCount, columns, context, sort, onSort, selection, hasMore, onMore, onSearch } = props;
  const { density } = usePreferences();
  const rowHeight = ROW_HEIGHT[density];
  const box = useRef<HTMLDivElement>(null);
  const { lines, lineOf } = useMemo(() => listLines(things, by, sections), [things, by, sections]);
  const { start, end } = useVirtualRows(box, lines.length, rowHeight);
  const shown = useMemo(() => lines.slice(start, end), [lines, start, end]);
  useWatchThings(useMemo(() => shown.flatMap((line) => ("thing" in line ? [line.thing] : [])), [shown]));
  useRowKeys({
    box,
    count: things.length,
    rowHeight,
    lineOf,
    onToggle: (index) => selection?.toggle(index, false),
    onClear: () => selection?.clear(),
    onSearch,
  });
  useEffect(() => {
    if (hasMore && end >= lines.length - 40) onMore();
  });
  const isAllSelected = selection !== undefined && things.length > 0 && things.every((thing) => selection.things.has(thing.thingName));
  return (
    <div
      ref={box}
      data-live-area
      role="region"
      aria-label="Devices"
      tabIndex={0}
      className="scroll-slim bg-surface relative min-h-0 flex-1 overflow-auto -outline-offset-2"
    >
      <table role="table" aria-rowcount={by === null ? totalCount + 1 : hasMore ? -1 : lines.length + 1} className="block w-full min-w-min">
        <thead role="rowgroup" className="bg-surface sticky top-0 z-10 block shadow-[0_1px_0_var(--line)]">
          <tr role="row" className="flex h-8 items-center">
            {selection && (
              <th role="columnheader" scope="col" className={SELECT_CELL}>
                <Checkbox
                  aria-label="Select every loaded row"
                  checked={isAllSelected}
                  isIndeterminate={!isAllSelected && selection.things.size > 0}
                  onChange={selection.toggleAll}
                />
              </th>
            )}
            {columns.map((column) => (
              <ColumnHead key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="block">
          <Spacer rows={start} rowHeight={rowHeight} />
          {shown.map((line, offset) =>
            "thing" in line ? (
              <ThingRow
                key={line.thing.thingName}
                thing={line.thing}
                index={line.index}
                line={start + offset}
                columns={columns}
                context={context}
                isCompact={density === "compact"}
                isSelected={selection?.things.has(line.thing.thingName) ?? false}
                onToggle={selection?.toggle}
              />
            ) : (
              <SectionLine
                key={`section ${line.section}`}
                name={sectionWords(line.section, by, context)}
                count={line.count}
                line={start + offset}
                columnCount={columns.length + (selection ? 1 : 0)}
                isCompact={density === "compact"}
              />
            ),
          )}
          <Spacer rows={lines.length - end} rowHeight={rowHeight} />
          {hasMore && (
            <SkeletonRows columns={columns} hasSelection={selection !== undefined} count={Math.min(12, totalCount - things.length)} />
          )}
        </tbody>
      </table>
    </div>
  );
}
