import type { ReactNode } from "react";
import { InlineSwitch } from "@/components/control/inline-switch";
import type { ThingSummary } from "@/lib/fleet/thing";
import { Badge } from "@/components/ui/badge";
import { classNames } from "@/components/ui/class-names";
import { InertText } from "./thing-name";
import { HeadlineCell, HeardCell, LivenessCell, SecondCell, SinceCell, SyncCell } from "./thing-cells";

export const OPTIONAL_COLUMNS = ["type", "site", "groups", "value", "second", "heard", "since", "sync", "control"] as const;
export type OptionalColumn = (typeof OPTIONAL_COLUMNS)[number];

export const DEFAULT_COLUMNS: readonly OptionalColumn[] = ["type", "site", "value", "second", "heard", "sync", "control"];

export interface ThingColumn {
  readonly id: OptionalColumn | "state" | "name";
  readonly label: string;
  /** Width, and from which screen width on it is shown. */
  readonly className: string;
  /** What `sort` calls it; absent where the server cannot order by it. */
  readonly sortKey?: string;
  readonly cell: (thing: ThingSummary, context: ColumnContext) => ReactNode;
}

export interface ColumnContext {
  readonly siteLabel: (site: string) => string;
}

const muted = (text: string | null): ReactNode =>
  text === null || text === "" ? <span className="text-ink-3">–</span> : <InertText text={text} className="text-ink-2 block truncate" />;

const COLUMNS: readonly ThingColumn[] = [
  {
    id: "state",
    label: "State",
    className: "w-6 max-md:px-0 max-md:first:w-9 max-md:first:pl-3 md:w-28",
    sortKey: "state",
    cell: (thing) => <LivenessCell thing={thing} />,
  },
  { id: "name", label: "Device", className: "w-0 flex-1 max-md:pl-1 max-sm:pr-1", sortKey: "name", cell: () => null },
  { id: "type", label: "Type", className: "hidden w-24 lg:block", sortKey: "type", cell: (thing) => muted(thing.thingType) },
  {
    id: "site",
    label: "Site",
    className: "hidden w-36 min-[1400px]:block",
    sortKey: "site",
    cell: (thing, { siteLabel }) => muted(siteLabel(thing.site)),
  },
  {
    id: "groups",
    label: "Groups",
    className: "hidden w-40 xl:block",
    cell: (thing) => (
      <span className="flex gap-1 overflow-hidden">
        {thing.groups.length === 0 && muted(null)}
        {thing.groups.slice(0, 2).map((group) => (
          <Badge key={group}>
            <InertText text={group} />
          </Badge>
        ))}
        {thing.groups.length > 2 && <Badge title={thing.groups.join(", ")}>+{thing.groups.length - 2}</Badge>}
      </span>
    ),
  },
  { id: "value", label: "Reading", className: "w-26 max-sm:pr-1 sm:w-28 lg:w-56", cell: (thing) => <HeadlineCell thing={thing} /> },
  { id: "second", label: "2nd reading", className: "hidden w-28 min-[1400px]:block", cell: (thing) => <SecondCell thing={thing} /> },
  { id: "heard", label: "Heard", className: "hidden w-22 md:block", sortKey: "heard", cell: (thing) => <HeardCell thing={thing} /> },
  { id: "since", label: "Presence", className: "hidden w-24 lg:block", cell: (thing) => <SinceCell thing={thing} /> },
  { id: "sync", label: "Shadow", className: "hidden w-24 md:block", cell: (thing) => <SyncCell thing={thing} /> },
  { id: "control", label: "Control", className: "hidden w-28 sm:block", cell: (thing) => <InlineSwitch thing={thing} /> },
];

/** Beyond these the columns may not fit, and a name that takes what is left would be left nothing: the table is scrolled instead. */
const hasNoRoomToSpare = (chosen: readonly OptionalColumn[]): boolean => chosen.some((id) => !DEFAULT_COLUMNS.includes(id));

/** The columns to draw: state and name always, the rest as chosen. */
export const visibleColumns = (chosen: readonly OptionalColumn[]): readonly ThingColumn[] =>
  COLUMNS.filter(({ id }) => id === "state" || id === "name" || chosen.includes(id)).map((column) =>
    column.id === "name" && hasNoRoomToSpare(chosen) ? { ...column, className: classNames(column.className, "lg:min-w-40") } : column,
  );

/** A column's words in the chooser. */
export const columnLabel = (id: OptionalColumn): string => COLUMNS.find((column) => column.id === id)?.label ?? id;
