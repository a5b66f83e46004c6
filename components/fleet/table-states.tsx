"use client";

import { usePreferences } from "@/components/shell/preferences-provider";
import { Skeleton } from "@/components/ui/states";
import { classNames } from "@/components/ui/class-names";
import { CELL, HEAD_CELL, LINE, SELECT_CELL } from "./table-lines";
import type { ThingColumn } from "./thing-columns";

interface SkeletonRowsProps {
  readonly columns: readonly ThingColumn[];
  readonly hasSelection: boolean;
  readonly count: number;
}

const WIDTHS = ["w-3/5", "w-2/5", "w-4/5", "w-1/2"];

/** Rows that stand where rows will be, with the columns already known. */
export function SkeletonRows({ columns, hasSelection, count }: SkeletonRowsProps) {
  const { density } = usePreferences();
  return Array.from({ length: Math.max(0, count) }, (_, row) => (
    <tr key={row} aria-hidden className={classNames(LINE, density === "compact" ? "h-8" : "h-11")}>
      {hasSelection && <td className={SELECT_CELL} />}
      {columns.map((column, at) => (
        <td key={column.id} className={classNames(CELL, column.className)}>
          <Skeleton className={WIDTHS[(row * 3 + at) % WIDTHS.length] ?? "w-1/2"} />
        </td>
      ))}
    </tr>
  ));
}

/** The whole table before the first answer. */
export function LoadingTable({ columns }: { readonly columns: readonly ThingColumn[] }) {
  return (
    <div role="status" className="overflow-hidden">
      <span className="sr-only">Reading the list of devices</span>
      <table aria-hidden className="block w-full min-w-min">
        <thead className="block">
          <tr className={classNames(LINE, "h-8")}>
            {columns.map((column) => (
              <th key={column.id} className={classNames(HEAD_CELL, column.className)}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="block">
          <SkeletonRows columns={columns} hasSelection={false} count={14} />
        </tbody>
      </table>
    </div>
  );
}
