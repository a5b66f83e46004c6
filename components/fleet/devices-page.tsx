"use client";

import { Cpu, SearchX, TriangleAlert } from "lucide-react";
import { useCallback, useMemo, useRef } from "react";
import { BulkBar } from "@/components/control/bulk-bar";
import { useViewer } from "@/components/shell/viewer-provider";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Banner } from "@/components/ui/states";
import { PageHead } from "@/components/ui/card";
import { errorWords } from "@/lib/session/site-api.client";
import { listCount } from "./count-words";
import { FilterBar } from "./filter-bar";
import { FirstRun } from "./first-run";
import { isFiltered } from "./fleet-query";
import { ListTools } from "./list-tools";
import { NoSite } from "./no-site";
import { StateTabs } from "./state-tabs";
import { visibleColumns } from "./thing-columns";
import { ThingGrid } from "./thing-grid";
import { ThingTable } from "./thing-table";
import { LoadingTable } from "./table-states";
import { useFleet, type Fleet } from "./use-fleet";
import { useFleetQuery, type FleetQueryControls } from "./use-fleet-query";
import { useSelection } from "./use-selection";
import { useSites } from "./use-sites";

interface ListBodyProps {
  readonly fleet: Fleet;
  readonly controls: FleetQueryControls;
  readonly onSearch: () => void;
}

function ListBody({ fleet, controls, onSearch }: ListBodyProps) {
  const { role } = useViewer();
  const { sites } = useSites();
  const selection = useSelection(fleet.things);
  const columns = useMemo(() => visibleColumns(controls.columns), [controls.columns]);
  const context = useMemo(() => ({ siteLabel: (id: string) => sites.find((site) => site.id === id)?.label ?? id }), [sites]);
  const picked = useMemo(() => [...selection.things.values()], [selection.things]);
  return (
    <>
      {controls.layout === "grid" ? (
        <ThingGrid things={fleet.things} hasMore={fleet.hasMore} onMore={fleet.loadMore} />
      ) : (
        <ThingTable
          things={fleet.things}
          by={controls.query.by ?? null}
          sections={fleet.sections}
          totalCount={fleet.page?.totalCount ?? fleet.things.length}
          columns={columns}
          context={context}
          sort={controls.query.sort}
          onSort={controls.setSort}
          selection={role === "admin" ? selection : undefined}
          hasMore={fleet.hasMore}
          onMore={fleet.loadMore}
          onSearch={onSearch}
        />
      )}
      <BulkBar selection={picked} onClear={selection.clear} />
    </>
  );
}

function ListStates({ fleet, controls, onSearch }: ListBodyProps) {
  if (fleet.isLoading) return <LoadingTable columns={visibleColumns(controls.columns)} />;
  if (fleet.things.length > 0) return <ListBody fleet={fleet} controls={controls} onSearch={onSearch} />;
  if (fleet.error !== undefined) {
    return (
      <EmptyState
        title="The list could not be read"
        icon={<TriangleAlert className="size-5" />}
        actions={<Button onClick={fleet.reload}>Try again</Button>}
      >
        {errorWords(fleet.error)}
      </EmptyState>
    );
  }
  // What the list is narrowed to may be among the things still to be read.
  if (fleet.page?.isWhole === false) return <LoadingTable columns={visibleColumns(controls.columns)} />;
  if (!isFiltered(controls.query)) return <FirstRun />;
  return (
    <EmptyState
      title="No device matches"
      icon={<SearchX className="size-5" />}
      actions={<Button onClick={controls.clear}>Clear filters</Button>}
    >
      The search and filters together leave nothing. Take one away, or clear them all.
    </EmptyState>
  );
}

/** Every thing the viewer may see, as a live list. */
export function DevicesPage() {
  const { sites } = useViewer();
  const controls = useFleetQuery();
  const fleet = useFleet(controls.query);
  const searchBox = useRef<HTMLInputElement>(null);
  const focusSearch = useCallback(() => searchBox.current?.focus(), []);
  if (sites.length === 0) return <NoSite />;
  return (
    <div
      data-fills-frame
      className="flex h-[26rem] flex-col gap-3 [@media(min-height:36rem)]:h-auto [@media(min-height:36rem)]:min-h-0 [@media(min-height:36rem)]:flex-1"
    >
      <PageHead title="Devices" lead={<ListCount fleet={fleet} />} actions={<ListTools controls={controls} onReload={fleet.reload} />} />
      <div className="flex flex-wrap items-center gap-2">
        <FilterBar controls={controls} page={fleet.page} searchBox={searchBox} />
      </div>
      <StateTabs controls={controls} page={fleet.page} />
      {fleet.error !== undefined && fleet.things.length > 0 && (
        <Banner
          tone="caution"
          actions={
            <Button size="small" onClick={fleet.reload}>
              Try again
            </Button>
          }
        >
          {errorWords(fleet.error)} The list below is the last one that could be read.
        </Banner>
      )}
      <section
        aria-label="Device list"
        aria-busy={fleet.isLoading || fleet.isReplacing}
        className="rounded-panel border-line bg-surface flex min-h-0 flex-1 flex-col overflow-hidden border"
      >
        <ListStates fleet={fleet} controls={controls} onSearch={focusSearch} />
      </section>
    </div>
  );
}

function ListCount({ fleet }: { readonly fleet: Fleet }) {
  if (!fleet.page && fleet.error !== undefined) return <span>Could not be read</span>;
  if (!fleet.page)
    return (
      <span className="inline-flex items-center gap-1.5">
        <Cpu className="size-3.5" aria-hidden /> Reading the fleet
      </span>
    );
  return (
    <span role="status">
      {listCount(fleet.page)}
      {fleet.hasMore && (
        <span className="text-ink-3 max-sm:hidden"> · {fleet.things.length.toLocaleString("en")} loaded, more as you scroll</span>
      )}
    </span>
  );
}
