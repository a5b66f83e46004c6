"use client";

import Link from "next/link";
import { memo } from "react";
import { Checkbox } from "@/components/ui/field";
import { classNames } from "@/components/ui/class-names";
import type { ThingSummary } from "@/lib/fleet/thing";
import { inertText } from "./inert-text";
import { CELL, LINE, SELECT_CELL } from "./table-lines";
import { LivenessWord } from "./thing-cells";
import type { ColumnContext, ThingColumn } from "./thing-columns";
import { InertText } from "./thing-name";

interface ThingRowProps {
  readonly thing: ThingSummary;
  /** Its place among the things, and its line: heads of sections are lines too. */
  readonly index: number;
  readonly line: number;
  readonly columns: readonly ThingColumn[];
  readonly context: ColumnContext;
  readonly isSelected: boolean;
  readonly isCompact: boolean;
  /** Absent where nothing can be done with a selection. */
  readonly onToggle: ((index: number, isRange: boolean) => void) | undefined;
}

function NameCell({ thing, isCompact }: { readonly thing: ThingSummary; readonly isCompact: boolean }) {
  const label = thing.label || thing.thingName;
  return (
    <Link
      data-row-link
      href={`/devices/${encodeURIComponent(thing.thingName)}`}
      prefetch={false}
      className={classNames(
        "rounded-small flex min-w-0 outline-offset-1 hover:[&>:first-child]:underline",
        // One line high: a name with room for no more than its first letters falls out of it.
        isCompact ? "h-5 flex-wrap items-baseline gap-x-2 overflow-hidden" : "flex-col",
      )}
    >
      <InertText text={label} className={classNames("max-w-full truncate font-medium underline-offset-2", isCompact && "shrink-0")} />
      <span className={classNames("text-micro text-ink-3 flex max-w-full min-w-0", isCompact && "flex-1 basis-18 max-md:hidden")}>
        <LivenessWord thing={thing} />
        {label !== thing.thingName && <InertText text={thing.thingName} className="truncate font-mono" />}
      </span>
    </Link>
  );
}

/** One thing. The row itself never renders again for a message; its cells do. */
export const ThingRow = memo(function ThingRow(props: ThingRowProps) {
  const { thing, index, line, columns, context, isSelected, isCompact, onToggle } = props;
  return (
    <tr
      role="row"
      data-row={index}
      aria-rowindex={line + 2}
      aria-selected={onToggle ? isSelected : undefined}
      className={classNames(
        LINE,
        "focus-within:bg-raised hover:bg-raised [contain:size_layout_style]",
        isCompact ? "h-8" : "h-11",
        isSelected && "bg-accent-soft hover:bg-accent-soft focus-within:bg-accent-soft",
      )}
    >
      {onToggle && (
        <td role="cell" className={SELECT_CELL}>
          <Checkbox
            checked={isSelected}
            aria-label={`Select ${inertText(thing.label || thing.thingName, 60)}`}
            onChange={(event) => onToggle(index, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)}
          />
        </td>
      )}
      {columns.map((column) => (
        <td key={column.id} role="cell" className={classNames(CELL, column.className)}>
          {column.id === "name" ? <NameCell thing={thing} isCompact={isCompact} /> : column.cell(thing, context)}
        </td>
      ))}
    </tr>
  );
});
