import { memo } from "react";
import { classNames } from "@/components/ui/class-names";
import { deviceCount } from "./count-words";
import { LINE } from "./table-lines";
import { InertText } from "./thing-name";

interface SectionLineProps {
  readonly name: string;
  readonly count: number | undefined;
  readonly line: number;
  readonly columnCount: number;
  readonly isCompact: boolean;
}

/** The head of a section: a line as high as a row's, so that what is in sight can be told from where the list is scrolled to. */
export const SectionLine = memo(function SectionLine({ name, count, line, columnCount, isCompact }: SectionLineProps) {
  return (
    <tr role="row" aria-rowindex={line + 2} className={classNames(LINE, "bg-raised", isCompact ? "h-8" : "h-11")}>
      <th
        role="rowheader"
        scope="rowgroup"
        aria-colspan={columnCount}
        className="flex w-0 flex-1 items-baseline gap-2 px-3 text-left font-normal"
      >
        <InertText text={name} className="truncate font-semibold" />
        {count !== undefined && <span className="text-small text-ink-2 shrink-0">{deviceCount(count)}</span>}
      </th>
    </tr>
  );
});
