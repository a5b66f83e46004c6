import { SWRConfig } from "swr";
import { readJson } from "@/lib/session/site-api.client";
import { DEFAULT_COLUMNS, visibleColumns } from "@/components/fleet/thing-columns";
import { ThingTable } from "@/components/fleet/thing-table";
import { LiveChart } from "@/components/live/live-chart";
import { LiveProvider, useLiveSession } from "@/components/live/live-provider";
import { DEFAULT_PREFERENCES } from "@/components/shell/preferences";
import { PreferencesProvider } from "@/components/shell/preferences-provider";
import { ViewerProvider } from "@/components/shell/viewer-provider";
import type { ThingSummary } from "@/lib/fleet/thing";
import type { ViewerSummary } from "@/lib/session/viewer";
import type { LiveSession } from "@/lib/telemetry/live-session.client";
import { benchThingName } from "../support/message-names.ts";

const VIEWER: ViewerSummary = {
  sub: "bench",
  username: "bench",
  name: "Bench",
  email: "bench@example.com",
  groups: ["operators"],
  sites: [{ id: "harbor", label: "Harbor" }],
  role: "operator",
};
const COLUMNS = visibleColumns(DEFAULT_COLUMNS);
const CONTEXT = { siteLabel: (site: string) => site };
const CHART_METRICS = ["flow", "pressure", "temperature", "vibration", "power"];
const SWR_SETTINGS = { fetcher: readJson, revalidateOnFocus: false };
const NO_SECTIONS: ReadonlyMap<string, number> = new Map();
const noop = () => undefined;

/** Things as the server lists them, in the order of their numbers. */
export function benchThings(count: number): ThingSummary[] {
  return Array.from({ length: count }, (_, device) => ({
    thingName: benchThingName(device),
    label: `Pump ${device}`,
    site: "harbor",
    thingType: "pump",
    groups: [],
    intervalMs: 1_000,
    connectivity: { isConnected: true, atMs: Date.now() - 60_000, reason: null },
    shadow: null,
    attributes: {},
    readAtMs: 0,
  }));
}

function Grab({ onSession }: { readonly onSession: (session: LiveSession) => void }) {
  const session = useLiveSession();
  if (session) onSession(session);
  return null;
}

export interface FleetDeckProps {
  readonly things: readonly ThingSummary[];
  readonly hasChart: boolean;
  readonly onSession: (session: LiveSession) => void;
}

/** The product's fleet table and one of its charts, in its providers. */
export function FleetDeck({ things, hasChart, onSession }: FleetDeckProps) {
  return (
    <PreferencesProvider initial={DEFAULT_PREFERENCES}>
      <ViewerProvider viewer={VIEWER}>
        <SWRConfig value={SWR_SETTINGS}>
          <LiveProvider viewerSub={VIEWER.sub}>
            <Grab onSession={onSession} />
            <main className="flex h-dvh flex-col gap-3 p-3">
              {hasChart && <LiveChart thing={benchThingName(0)} metrics={CHART_METRICS} windowMs={60_000} title="Pump 0" />}
              <section className="rounded-panel border-line bg-surface flex min-h-0 flex-1 flex-col overflow-hidden border">
                <ThingTable
                  things={things}
                  by={null}
                  sections={NO_SECTIONS}
                  totalCount={things.length}
                  columns={COLUMNS}
                  context={CONTEXT}
                  sort={null}
                  onSort={noop}
                  selection={undefined}
                  hasMore={false}
                  onMore={noop}
                  onSearch={noop}
                />
              </section>
            </main>
          </LiveProvider>
        </SWRConfig>
      </ViewerProvider>
    </PreferencesProvider>
  );
}
